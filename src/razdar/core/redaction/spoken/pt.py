"""Portuguese numbers as they are said on the telephone in Brazil and Portugal; *meia* (half a dozen) is six, and *mil
ao contrário* (a thousand backwards) the 0001 of a company's head office."""

from razdar.core.redaction.counting import reader
from razdar.core.redaction.numerals import SPOKEN, Role, SpokenLanguage, letter_names, word_set

_UNITS = ("zero", "um uma", "dois duas", "três", "quatro", "cinco", "seis meia", "sete", "oito", "nove")
_TEENS = (
    "dez", "onze", "doze", "treze", "quatorze catorze", "quinze", "dezesseis dezasseis", "dezessete dezassete",
    "dezoito",
    "dezenove dezanove",
)  # fmt: skip
_TENS = ("vinte", "trinta", "quarenta", "cinquenta cincoenta", "sessenta", "setenta", "oitenta", "noventa")
_HUNDREDS = (
    "cem cento", "duzentos duzentas", "trezentos trezentas", "quatrocentos quatrocentas", "quinhentos quinhentas",
    "seiscentos seiscentas", "setecentos setecentas", "oitocentos oitocentas", "novecentos novecentas",
)  # fmt: skip
_PLURALS = ("zeros", "uns", "", "", "quatros", "cincos", "", "setes", "oitos", "noves")

_WORDS: dict[str, tuple[Role, str]] = {
    **{word: (Role.UNIT, str(value)) for value, words in enumerate(_UNITS) for word in words.split()},
    **{word: (Role.TEEN, str(value)) for value, words in enumerate(_TEENS, 10) for word in words.split()},
    **{word: (Role.TENS, str(value * 10)) for value, words in enumerate(_TENS, 2) for word in words.split()},
    **{word: (Role.HUNDREDS, str(value * 100)) for value, words in enumerate(_HUNDREDS, 1) for word in words.split()},
    **{word: (Role.PLURAL, str(value)) for value, word in enumerate(_PLURALS) if word},
    "mil": (Role.THOUSAND, ""),
    "mil ao contrário": (Role.TEEN, "0001"),
    **dict.fromkeys(("duplo", "dobro", "dobrado", "dupla"), (Role.REPEAT, "2")),
    **dict.fromkeys(("triplo", "tripla", "triplicado"), (Role.REPEAT, "3")),
    "vezes": (Role.TIMES, ""),
    "mais": (Role.PLUS, "+"),
    "e": (Role.AND, ""),
}
_FILLERS = word_set(
    "sim tá ta certo ok okay então depois agora aí ai isso beleza bom por favor aham uhum ponto vírgula barra não "
    "nao de "
    "o final"
) | {
    "por favor",
    "e depois",
    "e aí",
    "em seguida",
    "com final",
    "de novo",
    "o resto é",
    "isso mesmo",
    "pode anotar",
    "e por último",
    "por último",
    "no final",
    "e no final",
}
_HESITATIONS = word_set("é hã hum ahn ã eh éé hmm hm desculpa desculpe perdão traço hífen espaço tracinho peraí") | {
    *("um momento", "um segundo", "um instante", "só um momento", "só um minuto", "um minutinho", "deixa eu ver"),
    *(
        "espera aí",
        "espere um pouco",
        "quer dizer",
        "não desculpa",
        "não desculpe",
        "não perdão",
        "errei",
        "me enganei",
    ),
    *(
        "deixe-me ver",
        "só um segundo",
        "um minuto",
        "como era",
        "ou melhor",
        "não pera",
        "pera aí",
        "calma",
        "enganei-me",
    ),
}
_STOPS = word_set(
    "a ao as com como contato da das de do dos e em email e-mail endereco endereço enviar envie esse este eu mandar "
    "mande "
    "me meu minha mim na no nosso o os ou para pelo por pode pra que se sao são seu sua te tem um uma vai é eh e' la "
    "lá "
    "escrever escreva anota anote correio eletronico eletrônico"
)

_LETTERS = letter_names(
    "a:á b:bê,be c:cê,ce d:dê e:é,ê f:efe,fê g:gê,guê,ge h:agá,aga i:í j:jota,ji k:cá,ká,kapa l:ele,éle,lê m:eme,éme n:ene,éne,nê o:ó,ô p:pê,pe "
    "q:quê r:erre,rê s:esse t:tê,te v:vê,ve w:dáblio,dábliu x:xis,xiz y:ípsilon,ípsilom z:zê,ze"
)

SPOKEN.register("pt")(
    SpokenLanguage(
        words=_WORDS,
        fillers=_FILLERS,
        hesitations=_HESITATIONS,
        corrections=word_set(
            "não|desculpa|desculpe|perdão|não desculpa|não desculpe|não perdão|errei|me enganei|enganei-me|quer dizer|"
            "ou melhor|aliás|não pera|de novo|outra vez|minto|corrigindo|digo|não não|peraí|espera|vou repetir|repetindo|"
            "errado|opa|ops|oops|opa errei|opa não|opa desculpa|ih|ih errei|ah não|ah errei|não errei|falei errado|"
            "disse errado|me confundi|confundi-me|peraí errei|nossa errei|eita|eita errei|não é isso|deixa eu corrigir",
            "|",
        ),
        read=reader(joins_bare=False),
        letters=_LETTERS,
        explaining=("de", "como em", "como"),
        signs={
            "@": ("arroba", "at"),
            ".": ("ponto", "dot"),
            "-": ("traço", "hífen", "menos", "tracinho"),
            "_": ("underline", "underscore", "sublinhado", "traço baixo", "anderlaine", "underlaine"),
            "+": ("mais",),
            "": ("maiúsculo", "maiúscula", "minúsculo", "minúscula", "número", "letra"),
        },
        stops=_STOPS,
    )
)
