
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0007_strands_pilot_audience_and_trust_defaults'),
        ('thresholds', '0002_handling_approaches'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ThresholdDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(default='open', max_length=10)),
                ('reason', models.CharField(help_text='Why the table is to change.', max_length=300)),
                ('lines', models.JSONField()),
                ('notes', models.JSONField(default=list, help_text='[theme, level, band, sureness, says, cards, release to behaviour, decided by]')),
                ('revision', models.PositiveIntegerField(default=1)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='threshold_drafts', to='people.school')),
                ('version', models.OneToOneField(help_text='The version that it became.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='draft', to='thresholds.thresholdversion')),
            ],
        ),
        migrations.CreateModel(
            name='SignOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('strand', models.CharField(max_length=20)),
                ('revision', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_offs', to='thresholds.thresholddraft')),
            ],
        ),
        migrations.CreateModel(
            name='Citation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('theme', models.CharField(max_length=30)),
                ('reference', models.CharField(blank=True, help_text="The school's policy and section; empty until the group names it.", max_length=200)),
                ('guidance', models.CharField(max_length=20)),
                ('guidance_version', models.CharField(blank=True, max_length=20)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='thresholds.thresholddraft')),
            ],
        ),
        migrations.AddIndex(
            model_name='thresholddraft',
            index=models.Index(fields=['school', '-id'], name='threshold_draft_newest'),
        ),
        migrations.AddConstraint(
            model_name='thresholddraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'in_force'), ('version__isnull', False)), models.Q(models.Q(('state', 'in_force'), _negated=True), ('version', None)), _connector='OR'), name='threshold_draft_in_force'),
        ),
        migrations.AddConstraint(
            model_name='signoff',
            constraint=models.UniqueConstraint(fields=('draft', 'strand', 'revision'), name='strand_signs_once'),
        ),
        migrations.AddConstraint(
            model_name='citation',
            constraint=models.UniqueConstraint(fields=('draft', 'theme'), name='citation_of_row_once'),
        ),
    ]
