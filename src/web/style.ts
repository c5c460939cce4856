import { createHash } from "node:crypto";

/** The style sheet of the status page. Light and dark follow the reader's system. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--text:#1c2128;--soft:#59636e;--line:#dde2e8;
--ok:#1a7f37;--warning:#9a6700;--critical:#cf222e;--unknown:#6639ba;--quiet:#57606a;--link:#0a58ca}
@media(prefers-color-scheme:dark){:root{--page:#0f1317;--card:#171c22;--text:#e2e7ed;--soft:#98a2ae;--line:#2b323b;
--ok:#3fb950;--warning:#d9a020;--critical:#ff6b64;--unknown:#b794f6;--quiet:#9aa4af;--link:#79b0ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
main,header,footer{max-width:1280px;margin:0 auto;padding:0 20px}
header{display:flex;justify-content:space-between;align-items:baseline;gap:16px;padding-top:18px;padding-bottom:10px}
header h1{white-space:nowrap;font-size:16px;letter-spacing:.02em;margin:0}
a{color:var(--link)}.soft,small{color:var(--soft)}small{font-size:13px}
.banner{display:flex;gap:14px;align-items:flex-start;padding:16px 18px;border-radius:10px;background:var(--card);border:1px solid var(--line);border-left:6px solid var(--mood);margin:0 0 12px}
.banner h2{font-size:20px;line-height:1.3;margin:0;overflow-wrap:anywhere}.banner ul{margin:6px 0 0;padding-left:18px}
.sign{flex:none;width:28px;height:28px;border-radius:50%;background:var(--mood);color:var(--card);font-weight:700;display:grid;place-items:center}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;margin:0 0 16px;overflow:hidden}
section>h2{font-size:15px;margin:0;padding:12px 16px;border-bottom:1px solid var(--line);display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline}
section>h2 small{font-weight:400}
.scroll{overflow-x:auto}
table{width:100%;border-collapse:collapse}
th{font-size:12px;font-weight:600;color:var(--soft);text-align:left;padding:7px 10px;white-space:nowrap}
td{padding:9px 10px;border-top:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
th:first-child,td:first-child{padding-left:16px}
td.num{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}th.num{text-align:right}
.checks{table-layout:fixed;min-width:960px}.checks th:nth-child(1){width:142px}.checks th:nth-child(2){width:25%}.checks th:nth-child(4){width:104px}.checks th:nth-child(5){width:110px}.checks th:nth-child(6){width:88px}.checks th:nth-child(7){width:148px}
.badge{display:inline-block;white-space:nowrap;font-size:12.5px;font-weight:600;color:var(--mood);border:1px solid var(--mood);border-radius:99px;padding:0 9px}
.badge.warning,.badge.critical,.badge.unknown{background:var(--mood);color:var(--card)}
.m-ok{--mood:var(--ok)}.m-warning{--mood:var(--warning)}.m-critical{--mood:var(--critical)}.m-unknown,.m-stale{--mood:var(--unknown)}
.m-pending{--mood:var(--warning)}.m-recovering{--mood:var(--ok)}.m-waiting{--mood:var(--quiet)}
.incident{padding:12px 16px;border-left:6px solid var(--mood)}.incident+.incident{border-top:1px solid var(--line)}
.incident p{margin:3px 0 0}.incident b{font-size:16px;margin-left:6px}
.label{font-size:12px;background:var(--page);border:1px solid var(--line);border-radius:5px;padding:0 6px}
.spark{display:block}.spark path{stroke-width:2}.spark .ok{stroke:var(--ok)}.spark .warning{stroke:var(--warning)}.spark .critical{stroke:var(--critical)}.spark .unknown{stroke:var(--unknown)}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(210px,1fr));gap:12px 20px;margin:0;padding:14px 16px}
dt{font-size:12px;color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
footer{padding-bottom:24px}
`;

/** What a content security policy calls this style sheet. */
export const STYLE_HASH = `sha256-${createHash("sha256").update(STYLE).digest("base64")}`;
