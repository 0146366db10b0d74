"""What people write down about their work for a customer."""

import django.db.models.deletion
import razdar.runtime.ids
import razdar.vault.fields
from django.db import migrations, models

from razdar.runtime.rls import CompositeForeignKey, ScopeToClient, UniquePair


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("customers", "0001_initial"),
        ("identity", "0001_people"),
        ("interactions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Code",
            fields=[
                ("id", models.UUIDField(default=razdar.runtime.ids.uuid7, primary_key=True, serialize=False)),
                ("key", models.CharField(blank=True, max_length=20)),
                ("name", models.CharField(blank=True, max_length=60)),
                ("place", models.PositiveSmallIntegerField()),
                ("active", models.BooleanField(default=True)),
                ("client", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.client")),
            ],
            options={"indexes": [models.Index(fields=["client", "place"], name="work_code_in_order")]},
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.UUIDField(default=razdar.runtime.ids.uuid7, primary_key=True, serialize=False)),
                ("text", razdar.vault.fields.SealedField("note", default=b"")),
                ("person", models.UUIDField()),
                ("written_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("client", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.client")),
                ("customer", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="customers.customer")),
            ],
            options={"indexes": [models.Index(fields=["client", "customer", "-written_at"], name="work_note_of_customer"), models.Index(fields=["client", "written_at"], name="work_note_by_time")]},
        ),
        migrations.CreateModel(
            name="NoteBefore",
            fields=[
                ("id", models.UUIDField(default=razdar.runtime.ids.uuid7, primary_key=True, serialize=False)),
                ("text", razdar.vault.fields.SealedField("note", default=b"")),
                ("until", models.DateTimeField()),
                ("client", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.client")),
                ("customer", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="customers.customer")),
                ("note", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="work.note")),
            ],
            options={"indexes": [models.Index(fields=["client", "note"], name="work_before_of_note")]},
        ),
        migrations.CreateModel(
            name="NoteDraft",
            fields=[
                ("id", models.UUIDField(default=razdar.runtime.ids.uuid7, primary_key=True, serialize=False)),
                ("text", razdar.vault.fields.SealedField("note", default=b"")),
                ("person", models.UUIDField()),
                ("saved_at", models.DateTimeField()),
                ("client", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.client")),
                ("customer", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="customers.customer")),
            ],
            options={"indexes": [models.Index(fields=["client", "saved_at"], name="work_draft_by_time")], "constraints": [models.UniqueConstraint(fields=("client", "customer", "person"), name="work_one_draft")]},
        ),
        migrations.CreateModel(
            name="Disposition",
            fields=[
                ("id", models.UUIDField(default=razdar.runtime.ids.uuid7, primary_key=True, serialize=False)),
                ("code", models.UUIDField()),
                ("person", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("holds", models.BooleanField()),
                ("client", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.client")),
                ("customer", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="customers.customer")),
                ("interaction", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="interactions.interaction")),
            ],
            options={"indexes": [models.Index(condition=models.Q(("holds", True)), fields=["client", "code", "interaction"], name="work_ended_by_code"), models.Index(fields=["client", "interaction", "-at"], name="work_disposition_history")], "constraints": [models.UniqueConstraint(condition=models.Q(("holds", True)), fields=("client", "interaction"), name="work_one_disposition")]},
        ),
        migrations.CreateModel(
            name="AccessRequest",
            fields=[
                ("id", models.UUIDField(default=razdar.runtime.ids.uuid7, primary_key=True, serialize=False)),
                ("person", models.UUIDField()),
                ("purpose", models.CharField(max_length=20)),
                ("reason", razdar.vault.fields.SealedField("reason", default=b"")),
                ("approval", models.UUIDField(null=True)),
                ("answer", models.CharField(blank=True, choices=[("", "None"), ("not_needed", "Not Needed"), ("somebody_else", "Somebody Else"), ("not_identified", "Not Identified"), ("say_more", "Say More")], max_length=20)),
                ("asked_at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("client", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.client")),
                ("customer", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="customers.customer")),
            ],
            options={"indexes": [models.Index(fields=["client", "person", "-asked_at"], name="work_access_of_person")]},
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.UUIDField(default=razdar.runtime.ids.uuid7, primary_key=True, serialize=False)),
                ("before", models.UUIDField(null=True)),
                ("after", models.UUIDField()),
                ("person", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("client", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.client")),
                ("customer", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="customers.customer")),
                ("interaction", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="interactions.interaction")),
            ],
            options={"indexes": [models.Index(fields=["client", "interaction", "-at"], name="work_handed_over")]},
        ),
        UniquePair("Note", ("client_id", "id")),
        CompositeForeignKey("Note", ("client_id", "customer_id"), "customers.Customer"),
        CompositeForeignKey("NoteBefore", ("client_id", "customer_id"), "customers.Customer"),
        CompositeForeignKey("NoteDraft", ("client_id", "customer_id"), "customers.Customer"),
        CompositeForeignKey("Disposition", ("client_id", "customer_id"), "customers.Customer"),
        CompositeForeignKey("AccessRequest", ("client_id", "customer_id"), "customers.Customer"),
        CompositeForeignKey("HandOver", ("client_id", "customer_id"), "customers.Customer"),
        CompositeForeignKey("NoteBefore", ("client_id", "note_id"), "Note"),
        CompositeForeignKey("Disposition", ("client_id", "interaction_id"), "interactions.Interaction"),
        CompositeForeignKey("HandOver", ("client_id", "interaction_id"), "interactions.Interaction"),
        ScopeToClient("Code"),
        ScopeToClient("Note"),
        ScopeToClient("NoteBefore"),
        ScopeToClient("NoteDraft"),
        ScopeToClient("Disposition"),
        ScopeToClient("AccessRequest"),
        ScopeToClient("HandOver"),
    ]
