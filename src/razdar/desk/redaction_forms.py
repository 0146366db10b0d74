"""What administrators and privacy officers type about redaction: a policy, and a text to try it on."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from razdar.core.digits import latin
from razdar.core.errors import BadInput
from razdar.core.redaction import NEVER_KEPT, Action, OwnPattern, Policy, SpanType
from razdar.core.redaction.own import LONGEST, MOST_PATTERNS
from razdar.core.redaction.policy import LONGEST_ALLOWED, MOST_ALLOWED
from razdar.desk.rule_forms import ReasonForm
from razdar.identity.redacting_box import LANGUAGES
from razdar.identity.redacting_box import LONGEST as LONGEST_TEXT
from razdar.ui import formats
from razdar.ui.errors import sentence
from razdar.ui.findings import ACTIONS, KINDS

SPARE = 3
"""So many empty rows for patterns stand below those there are."""

GROUPS: tuple[tuple[Any, tuple[SpanType, ...]], ...] = (
    (
        _("Payment and sign-in"),
        (
            SpanType.CARD, SpanType.CVV, SpanType.EXPIRY, SpanType.PIN, SpanType.IBAN, SpanType.ACCOUNT,
            SpanType.CRYPTO, SpanType.PASSWORD, SpanType.SECRET, SpanType.USERNAME,
        ),
    ),
    (
        _("Ways to reach somebody"),
        (SpanType.PHONE, SpanType.EMAIL, SpanType.URL, SpanType.IP, SpanType.MAC, SpanType.ADDRESS, SpanType.ZIP),
    ),
    (
        _("Persons and their documents"),
        (
            SpanType.PERSON, SpanType.DOB, SpanType.NRP, SpanType.NATIONAL_ID, SpanType.TAX_ID, SpanType.PASSPORT,
            SpanType.DRIVER_LICENSE, SpanType.DOC_ID, SpanType.VEHICLE, SpanType.REFERENCE, SpanType.NUMBER,
        ),
    ),
    (
        _("Harmless by itself"),
        (SpanType.DATE, SpanType.AGE, SpanType.ORG, SpanType.LOCATION),
    ),
)  # fmt: skip
"""The kinds in the order of the pages; a test holds them against the kinds there are."""

_FOR_ALL = [(each.value, ACTIONS[each]) for each in Action]
_FOR_NEVER_KEPT = [(each.value, ACTIONS[each]) for each in (Action.MASK, Action.DROP)]
_TYPES = [("", _("choose")), *((kind.value, KINDS[kind]) for _name, kinds in GROUPS for kind in kinds)]
_OF_PATTERNS = [each for each in _TYPES if each[0] not in {kind.value for kind in NEVER_KEPT}]


class PolicyForm(ReasonForm):
    """A whole policy, with why it shall be so, and the version it was written on."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_PATTERNS)
    allowed = forms.CharField(
        label=_("Texts that stay"),
        help_text=_(
            "One in each line, as a whole: your hot line, your own address. Letters and digits may be written in any "
            "way. Card numbers, codes, PINs and passwords are concealed all the same."
        ),
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false", "dir": "auto"}),
        max_length=(LONGEST_ALLOWED + 2) * MOST_ALLOWED,
        required=False,
    )

    def __init__(
        self,
        policy: Policy,
        base: int,
        data: Mapping[str, Any] | None = None,
        *,
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        """`typed`: what was filled in so far, to be shown again with more rows and judged later."""
        rows = max(len(policy.patterns) + SPARE, _whole(data or typed, "rows") + (SPARE if typed else 0))
        rows = min(rows, MOST_PATTERNS)
        super().__init__(data, initial={"base": base, **_initial(policy), **(typed or {}), "rows": rows})
        self.count = rows
        for kind in SpanType:
            choices = _FOR_NEVER_KEPT if kind in NEVER_KEPT else _FOR_ALL
            self.fields[_name(kind)] = forms.ChoiceField(label=str(KINDS[kind]), choices=choices)
        for row in range(rows):
            number = formats.digits(str(row + 1))
            self.fields[f"pattern_{row}"] = forms.CharField(
                label=_("Pattern %(number)s") % {"number": number},
                max_length=LONGEST,
                required=False,
                strip=False,
                widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
            )
            self.fields[f"type_{row}"] = forms.ChoiceField(
                label=_("What pattern %(number)s finds") % {"number": number}, choices=_OF_PATTERNS, required=False
            )

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The actions as the page groups them."""
        return [(name, [self[_name(kind)] for kind in kinds]) for name, kinds in GROUPS]

    def patterns(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The rows of patterns: expression and type."""
        return [(self[f"pattern_{row}"], self[f"type_{row}"]) for row in range(self.count)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._patterns = tuple(self._read_patterns(data))
        return data

    def policy(self) -> Policy:
        """What was chosen.

        Raises:
            BadInput: no policy may be like that.
        """
        data = self.cleaned_data
        texts = {line.strip() for line in data["allowed"].splitlines()} - {""}
        actions = {kind: Action(data[_name(kind)]) for kind in SpanType}
        return Policy(actions=actions, allowed=texts, patterns=self._patterns)

    def _read_patterns(self, data: Mapping[str, Any]) -> Iterator[OwnPattern]:
        """Each row that is filled in; what is wrong with one is said beside it."""
        seen = set[str]()
        for row in range(self.count):
            expression, kind = data.get(f"pattern_{row}", ""), data.get(f"type_{row}", "")
            if not expression.strip():
                continue
            if not kind:
                self.add_error(f"type_{row}", _("Say what this pattern finds."))
            elif expression in seen:
                self.add_error(f"pattern_{row}", _("This pattern stands in another row already."))
            else:
                seen.add(expression)
                try:
                    yield OwnPattern(expression, SpanType(kind), time.thread_time)
                except BadInput as error:
                    self.add_error(f"pattern_{row}", sentence(error))


class TryForm(forms.Form):
    """A text to try the policy on."""

    text = forms.CharField(
        label=_("Text"),
        help_text=_("It is neither stored nor logged. Write invented data all the same."),
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false", "dir": "auto"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the text"),
        choices=[
            ("", _("any")),
            *zip(LANGUAGES, ("English", "فارسی", "हिन्दी", "polski", "繁體中文", "português"), strict=True),
        ],
        required=False,
    )


def _name(kind: SpanType) -> str:
    return f"action_{kind.name.lower()}"


def _whole(data: Mapping[str, Any] | None, name: str) -> int:
    text = latin(str((data or {}).get(name, "")))[:4]
    return int(text) if text.isdecimal() else 0


def _initial(policy: Policy) -> dict[str, Any]:
    found: dict[str, Any] = {_name(kind): action.value for kind, action in policy.actions.items()}
    found["allowed"] = "\n".join(sorted(policy.allowed))
    for row, pattern in enumerate(policy.patterns):
        found |= {f"pattern_{row}": pattern.expression, f"type_{row}": pattern.type.value}
    return found
