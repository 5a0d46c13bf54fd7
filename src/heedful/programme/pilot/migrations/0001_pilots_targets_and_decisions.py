"""A pilot with its scope, what it is judged by, and the decision on each approach."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0007_strands_pilot_audience_and_trust_defaults'),
        ('thresholds', '0002_handling_approaches'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Pilot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(default='draft', max_length=10)),
                ('sites', models.JSONField(default=list, help_text='Names of sites, as the inventory has them; empty: all.')),
                ('devices', models.CharField(blank=True, help_text='Which devices, in words.', max_length=200)),
                ('starts_on', models.DateField(null=True)),
                ('ends_on', models.DateField(null=True)),
                ('one_approach_reason', models.CharField(blank=True, max_length=500)),
                ('made_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('groups', models.ManyToManyField(blank=True, related_name='+', to='people.group')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pilots', to='people.school')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ApproachDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(max_length=10)),
                ('reason', models.CharField(max_length=1000)),
                ('changed', models.JSONField(help_text='The settings with which it is adopted, where these change.', null=True)),
                ('at', models.DateTimeField()),
                ('approach', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='thresholds.approach')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='pilot.pilot')),
            ],
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measure', models.CharField(max_length=20)),
                ('goal', models.CharField(max_length=200)),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='pilot.pilot')),
            ],
        ),
        migrations.AddConstraint(
            model_name='pilot',
            constraint=models.UniqueConstraint(fields=('school', 'number'), name='pilot_number_once'),
        ),
        migrations.AddConstraint(
            model_name='pilot',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'ended'), _negated=True), fields=('school',), name='pilot_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.UniqueConstraint(fields=('pilot', 'measure'), name='target_once'),
        ),
    ]
