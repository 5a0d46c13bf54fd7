"""Ways of handling captures, tried in a pilot and adopted from it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0007_strands_pilot_audience_and_trust_defaults'),
        ('thresholds', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Approach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pilot', models.PositiveIntegerField(help_text="The pilot's number in its school; empty: in force for all.", null=True)),
                ('name', models.CharField(max_length=60)),
                ('first_look', models.CharField(default='dsl_all', max_length=20)),
                ('show_from', models.PositiveSmallIntegerField(default=1)),
                ('notify', models.CharField(default='now_only', max_length=20)),
                ('pictures', models.BooleanField(default=True)),
                ('weeks', models.CharField(default='every', max_length=10)),
                ('starts_at', models.DateTimeField(null=True)),
                ('ends_at', models.DateTimeField(null=True)),
                ('is_running', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('from_approach', models.ForeignKey(help_text='The one of the pilot that was adopted.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='thresholds.approach')),
                ('groups', models.ManyToManyField(blank=True, related_name='+', to='people.group')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='approaches', to='people.school')),
            ],
            options={
                'indexes': [models.Index(fields=['school', 'is_running'], name='approach_running')],
                'constraints': [models.UniqueConstraint(fields=('school', 'pilot', 'name'), name='approach_name_once')],
            },
        ),
    ]
