from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('evaluations', '0009_seal_what_is_open'),
    ]

    operations = [
        migrations.RemoveConstraint('receipt', 'one_answer_per_person'),
        migrations.RemoveField('receipt', 'membership'),
        migrations.AlterField('receipt', 'digest', models.CharField(max_length=64)),
        migrations.AddConstraint('receipt', models.UniqueConstraint(fields=('survey', 'digest'), name='one_receipt_per_person')),
    ]
