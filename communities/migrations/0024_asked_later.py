from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0023_survey_settings'),
    ]

    operations = [
        migrations.AlterField(
            model_name='consent',
            name='purpose',
            field=models.CharField(choices=[('directory_email', 'Show my e-mail address to the members'), ('directory_phone', 'Show my phone number to the members'), ('directory_expertise', 'Show what I know well to the members'), ('directory_help', 'Show the help I offer to the members'), ('alumni_contact', 'Be contacted after I leave'), ('alumni_survey', 'Be asked later what became of it'), ('photo', 'Appear in the photos taken at meetings')], max_length=24),
        ),
    ]
