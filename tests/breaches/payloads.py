"""Two hundred texts that would be markup, script, template or formula wherever a page forgot what they are: text.

Each element that one of them would make has the class `zz`, and each script that would run sets `window.hit`.
"""

from __future__ import annotations

from itertools import product

BREAKOUTS = ("", '">', "'>", "</title>", "</textarea>", "</script>", "-->", "]]>", "</li></ul>", '"/>', "`>", "&quot;>")
VECTORS = (
    "<script class=zz>hit=1</script>",
    "<img class=zz src=x onerror=hit=1>",
    "<svg class=zz onload=hit=1>",
    '<a class=zz href="javascript:hit=1">x</a>',
    '<iframe class=zz srcdoc="<script>parent.hit=1</script>">',
    "<details class=zz open ontoggle=hit=1>",
    "<math class=zz><mi xlink:href=javascript:hit=1>",
    "<object class=zz data=javascript:hit=1>",
    "<base class=zz href=//evil.example/>",
    "<form class=zz action=//evil.example><button autofocus onfocus=hit=1>",
    "<meta class=zz http-equiv=refresh content=0;url=//evil.example>",
    "<link class=zz rel=stylesheet href=//evil.example/x.css>",
    "<style class=zz>*{background:url(//evil.example)}</style>",
    "<video class=zz><source onerror=hit=1>",
    "<template class=zz><b onclick=hit=1>",
)
# Attributes, templates, addresses, directions of writing, and cells that a spreadsheet would run.
OTHERS = (
    '" onmouseover=hit=1 x="', "' autofocus onfocus=hit=1 x='", "javascript:hit=1", "data:text/html,<script>hit=1</script>", "{{ 7|add:7 }}",
    "{% include 'web/page.html' %}", "${7*7}", "<%= 7*7 %>", "&lt;script class=zz&gt;hit=1&lt;/script&gt;", "&#60;script class=zz&#62;hit=1",
    "＜script class=zz＞hit=1", "\u202e<img class=zz src=x onerror=hit=1>", "<scr\u00adipt class=zz>hit=1</script>", '=HYPERLINK("//evil.example")',
    "=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(1+1)", "\t=1+1", "\r=1+1",
)  # fmt: skip
PAYLOADS = (*(before + vector for before, vector in product(BREAKOUTS, VECTORS)), *OTHERS)
