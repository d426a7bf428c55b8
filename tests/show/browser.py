"""A real browser for tests: run a script in headless Chromium and take what it leaves in the page."""

import base64
import hashlib
import html
import json
import re
import subprocess

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--enable-logging=stderr", "--virtual-time-budget=20000",
)  # fmt: skip


def run(folder, script, *, body="", window=(1280, 900), style="", policy=None):
    """Return the JSON value of the promise or value that `script` gives to ``done``; fail on any console error."""
    wrapped = f"const done = (x) => {{ document.getElementById('answer').textContent = JSON.stringify(x); }};\n{script}"
    page = folder / "page.html"
    rule = ""
    if policy:
        digest = base64.b64encode(hashlib.sha256(wrapped.encode()).digest()).decode()
        rule = f'<meta http-equiv="Content-Security-Policy" content="{policy.format(script=f"sha256-{digest}")}">'
    page.write_text(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{rule}<title>test</title>'
        f"<style>{style}</style></head>"
        f'<body>{body}<pre id="answer" hidden></pre><script type="module">{wrapped}</script></body></html>',
        encoding="utf-8",
    )
    return json.loads(answer(folder, page.as_uri(), window))


def answer(folder, address, window=(1280, 900)):
    """Return the text of ``#answer`` after a page has run."""
    dumped = dump(folder, address, window)
    found = re.search(r'<pre id="answer"[^>]*>(.*?)</pre>', dumped, re.S)
    assert found is not None, dumped[-3000:]
    assert found[1], dumped[-3000:]
    return html.unescape(found[1])


def dump(folder, address, window=(1280, 900)):
    """Return the document of an address as Chromium has it after its scripts ran."""
    command = ["chromium", *FLAGS, f"--window-size={window[0]},{window[1]}", f"--user-data-dir={folder / 'profile'}"]
    ran = subprocess.run([*command, "--dump-dom", address], capture_output=True, text=True, timeout=120, check=True)
    faults = [line for line in ran.stderr.splitlines() if "CONSOLE" in line and "readback" not in line]
    assert faults == [], faults
    return ran.stdout
