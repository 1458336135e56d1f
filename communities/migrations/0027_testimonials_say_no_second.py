from django.db import migrations

from cmtl.encrypted import undates


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("communities", "0026_testimonials_set_aside")]

    operations = [undates(("communities", "testimonial", "text"), ("communities", "testimonial", "edited_text"))]
