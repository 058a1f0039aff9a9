"""Words that count whatever the language: what joins a name, what ends one, what never is one. The object test's word lists.

Sets of lower-case words and a few patterns; which of them is asked when is detect.names.
"""

from __future__ import annotations

import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Small words inside a name: "Bureau of the Census", "Jornal do Cais".
CONNECTORS = _set(
    "of for the and in on & de del la las los el le les des du d di da do dos das e y et und der die das für van het voor i to al a"
)

#: Words with a capital that begin a sentence run on behind a name.
OPENERS = _set("In On At A An It He She We They When While After Before As If By But This That There")

CALENDAR = _set(
    """
    january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
    monday tuesday wednesday thursday friday saturday sunday
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves viernes sábado domingo
    januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag
    janvier février mars avril juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
    janeiro fevereiro março maio junho julho setembro outubro dezembro
    januari februari maart mei augustus
    января февраля марта апреля мая мае июня июля августа сентября октября ноября декабря
    styczniu lutym marcu kwietniu maju czerwcu lipcu sierpniu wrześniu październiku listopadzie grudniu
    ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
    január február március április május június július augusztus szeptember október
    """
)

#: Languages, places and parts of books: after "published in" they are where or how, not who.
NOT_WHO = _set(
    """
    arabic chinese dutch english farsi french german greek hebrew hungarian italian japanese korean latin persian polish portuguese russian
    spanish swedish turkish ukrainian latein englischen französischen spanischen russischen italienischen arabischen inglés francés anglais
    london paris berlin moscow washington beijing tokyo rome madrid cairo damascus baghdad beirut tehran geneva vienna brussels leeds
    britain england france germany spain italy russia china japan india europe africa asia america canada australia israel syria iraq iran
    lebanon egypt turkey ukraine denmark chapter page part issue volume vol no print
    """
)

#: Link texts that call to read instead of naming anybody.
GENERIC = re.compile(
    r"(?:the |this |an? |our |my |l['’]|el |la |le |il |o |der |die |das )?(?:original|full|entire|complete|source|here|link|this|article|story|post|"
    r"site|web ?site|blog|page|version|more|read|view|continue|click|report|text|piece|home|lien|ici|aquí|aqui|qui|hier|fuente|fonte|quelle|mon|mi|"
    r"mein|meu|sito|artículo|artigo|articolo|artikel|nota|texto|enlace|opens?|new|window|\W)+",
    re.IGNORECASE,
)

#: What is written where a publisher's name stands and is none.
NOBODY = re.compile(
    r"(?:facebook|twitter|instagram|telegram|youtube|whatsapp|linkedin|pinterest|tiktok|google(?: news)?|rss|creative commons|staff|admin|author|"
    r"editor|news|web|site|internet|archives?|wikipedia|copyright|all rights reserved|unknown|n/?a|none|agenc(?:y|ies))",
    re.IGNORECASE,
)

#: Nouns by which the name of a body that nobody knows still reads as one, and not as a person's.
ORGANISATION = re.compile(
    r"\b(?:agency|association|bank|board|bureau|cent(?:er|re)|college|commission|committee|council|department|federation|foundation|fund|gazette|group|"
    r"herald|institut\w{0,4}|journal|magazine|media|ministry|monitor|network|news|observatory|office|organi[sz]ation|post|press|radio|reports?|review|"
    r"service|society|standard|survey|television|times|tribune|tv|universit\w{0,4}|watch|weekly|"
    r"\w{1,20}(?:blatt|zeitung|magazin|anzeiger|nachrichten|kurier|rundschau|presse|portal|bote)|zeitschrift|ministerium|stiftung|amt|"
    r"agencia|agence|agenzia|agência|diario|periódico|revista|ministère|observatoire|ministerio|banco|consejo|fundación|universidad)\b",
    re.IGNORECASE,
)

#: The beginning of a date, where a name was expected.
DATE = re.compile(
    rf"(?:19|20)\d\d\b|\d{{1,2}}(?:st|nd|rd|th|\.|º|er)? (?:of |de )?(?:{'|'.join(sorted(CALENDAR))})\b|\d{{1,2}}(?:st|nd|rd|th)\b|\d{{1,2}}[./:-]\d",
    re.IGNORECASE,
)
#: Years and months in scripts that write the unit behind the number.
CJK_DATE = re.compile(r"[\d一二三四五六七八九十]{1,4}[年月]|\d{4}\b")
