"""The page in a browser: what tests do with it."""

import json
import time
from contextlib import contextmanager

PATIENCE = 240
"""Seconds until an answer must be there, on a machine that has other things to do."""

OVERFLOWING = """
return [...document.querySelectorAll("body, body *")]
  .filter((element) => element.scrollWidth > element.clientWidth && element.clientWidth)
  .filter((element) => !element.closest("svg, .scroll, input, .cursors, .spoken"))
  .filter((element) => getComputedStyle(element).display !== "inline")
  .map((element) => `${element.tagName}.${element.className}: ${element.scrollWidth} > ${element.clientWidth}`);
"""
"""What is wider than its place, but for boxes that scroll by themselves, cursors, and what is only heard."""


class Page:
    """The page in a browser."""

    def __init__(self, browser, address):
        self.browser, self.address = browser, address

    def open(self, language="en"):
        """Load the page anew."""
        self.browser.get(f"{self.address}/?language={language}")

    def clear(self):
        """Forget what the tab remembers, and leave."""
        self.browser.execute_script("for (const card of cards()) card.element.remove(); sessionStorage.clear();")
        self.browser.get("about:blank")

    def find(self, selector):
        """All elements of a CSS selector."""
        return self.browser.find_elements("css selector", selector)

    def texts(self, selector):
        """What they say."""
        return [element.text for element in self.find(selector)]

    def send(self, *paths):
        """Choose files, as with the dialogue."""
        self.find("#file")[0].send_keys("\n".join(map(str, paths)))

    def wait(self, selector, count=1):
        """Wait until so many elements are there."""
        self.until(lambda: len(self.find(selector)) >= count)
        return self.find(selector)

    def until(self, holds):
        """Wait until something holds."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, [text[:300] for text in self.texts(".answer")]
            time.sleep(0.1)

    def requested(self):
        """All addresses that the browser asked for so far."""
        messages = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    @contextmanager
    def telephone(self, width):
        """Be so many pixels wide."""
        size = {"width": width, "height": 740, "deviceScaleFactor": 2, "mobile": True}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        try:
            yield
        finally:
            self.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def overflowing(self):
        """What is wider than its place: a line each."""
        whole = self.browser.execute_script("return document.documentElement.scrollWidth - innerWidth")
        return self.browser.execute_script(OVERFLOWING) + ["the page"] * (whole > 0)
