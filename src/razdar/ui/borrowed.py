"""Sentences of our libraries that our pages show, said once more so that our own catalogues hold them.

Django speaks Hindi in part, django-allauth not at all, and neither speaks all five languages in one voice. Our
catalogues come before theirs, so what stands here is translated by the people who translate the rest. Nobody calls this
module: gettext collects from it, and a test asks every form of the product whether a sentence is missing. Sentences of
the core stand here too: it is plain Python and cannot mark them.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

FORMS = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Enter a valid value."),
    gettext_noop("Enter a valid UUID."),
    gettext_noop("Enter a list of values."),
    gettext_noop("Enter a valid JSON."),
    gettext_noop("No file was submitted. Check the encoding type on the form."),
    gettext_noop("No file was submitted."),
    gettext_noop("The submitted file is empty."),
    gettext_noop("Please either submit a file or check the clear checkbox, not both."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("Null characters are not allowed."),
    gettext_noop("Ensure this value is less than or equal to %(limit_value)s."),
    gettext_noop("Ensure this value is greater than or equal to %(limit_value)s."),
)
"""What Django's form fields and validators answer."""

LENGTHS = (
    ngettext_lazy(
        "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at least %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    ngettext_lazy(
        "Ensure this filename has at most %(max)d character (it has %(length)d).",
        "Ensure this filename has at most %(max)d characters (it has %(length)d).",
        "max",
    ),
)
"""Their answers that count."""

FACTORS = (
    gettext_noop("Incorrect code."),
    gettext_noop("You must type the same password each time."),
    gettext_noop("Master key"),
    gettext_noop("Backup key"),
    gettext_noop("Key nr. {number}"),
)
"""What django-allauth says while somebody signs in or looks after their second factors."""

CELLS = (
    gettext_noop("This kind of data has no cell in the matrix."),
    gettext_noop("This role opens no customer data, so a cell would change nothing."),
    gettext_noop("Choose at least one purpose; without one nothing is shown."),
    gettext_noop("This purpose is the system's own and is never offered to a person."),
    gettext_noop("This role has no right to reveal, so nothing could be asked for."),
    gettext_noop("Time and course of a contact have no mask: they are shown, or not shown at all."),
)
"""What ``core.cells`` says of a cell of the matrix."""
