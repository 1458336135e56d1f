"""The Word document whose look the documents of a programme take."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.erased import Erased
from communities.models.community import Programme


class WordTemplate(models.Model):
    """One a programme. A community without a programme, or whose programme has none, takes ours."""

    programme = models.OneToOneField(Programme, on_delete=models.CASCADE, related_name="word_template")
    content = models.BinaryField(help_text="a .docx that cmtl.word.templates accepts")
    name = models.CharField(_("name of the file"), max_length=150)
    sent_on = models.DateField()

    erased = Erased(words=["name"], plain=["content"])

    def __str__(self) -> str:
        return self.name
