// Sends files, follows them through the queue, shows answers. Asks nothing but the host that it came from.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const OWN_HEADER = { "X-Keras-Impl": "page" };
const POLL_MILLISECONDS = 700;
const PATIENCE = 8; // Polls without an answer after which the program counts as lost.

const answers = document.getElementById("answers");
const refusal = document.getElementById("refusal");
let language = document.documentElement.lang;

function text(name, values = {}) {
  return data.texts[language][name].replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
}

function speak() {
  document.documentElement.lang = language;
  document.title = text("title");
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]"))
    element.setAttribute("aria-label", text(element.dataset.label));
  for (const element of document.querySelectorAll("[data-title]")) element.title = text(element.dataset.title);
  for (const button of document.querySelectorAll("[data-language]"))
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  for (const card of document.querySelectorAll(".answer")) card.speak();
}

class Refused extends Error {}

async function ask(address, options = {}) {
  const response = await fetch(address, options);
  if (response.ok) return response;
  let reason = "lost";
  try {
    reason = (await response.json()).refused || reason;
  } catch {
    // The answer was none of the program's own.
  }
  throw new Refused(reason);
}

// `kind` is the text that names an example; a file has none.
function makeCard(name, kind) {
  const card = document.createElement("article");
  card.className = "answer";
  const head = document.createElement("div");
  head.className = "head";
  const heading = document.createElement("h2");
  heading.textContent = name;
  if (kind) heading.dataset.text = kind;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.textContent = "×";
  remove.addEventListener("click", () => card.remove());
  head.append(heading, remove);
  const status = document.createElement("p");
  status.className = "status";
  status.setAttribute("role", "status"); // A screen reader tells how far it is, without being asked.
  const bar = document.createElement("progress");
  const body = document.createElement("div");
  card.append(head, status, bar, body);
  card.now = { name: "sending", values: {} };

  card.tell = (what, values = {}) => {
    card.now = { name: what, values };
    if (values.problem) {
      const problem = document.createElement("span");
      problem.innerHTML = values.problem[language]; // Made by the program, which escapes all that comes from outside.
      status.replaceChildren(text(what), " ", problem);
    } else if (status.textContent !== text(what, values)) status.textContent = text(what, values);
  };
  card.finish = (state) => {
    bar.remove();
    card.dataset.state = state;
  };
  card.fail = (reason, values = {}) => {
    card.tell(reason, values);
    status.classList.add("refusal");
    card.finish("failed");
  };
  card.show = async () => {
    const response = await ask(`/jobs/${card.key}/answer?language=${language}`);
    body.innerHTML = await response.text(); // Made by the program, which escapes all that comes from outside.
    body.lang = language;
  };
  card.speak = () => {
    card.tell(card.now.name, card.now.values);
    remove.setAttribute("aria-label", text("remove"));
    remove.title = text("remove");
    if (card.dataset.state === "done" && body.lang !== language)
      card.show().catch((error) => card.fail(error instanceof Refused ? error.message : "lost"));
  };
  card.speak();
  answers.prepend(card);
  return card;
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function follow(card, key) {
  card.key = key;
  let missed = 0;
  while (card.isConnected) {
    let job;
    try {
      job = await (await ask(`/jobs/${key}`)).json();
      missed = 0;
    } catch (error) {
      if (error instanceof Refused && error.message !== "lost") throw error;
      if (++missed >= PATIENCE) throw new Refused("lost");
      await pause(POLL_MILLISECONDS);
      continue;
    }
    if (job.state === "done") {
      if (Object.keys(job.problem).length) {
        card.fail("failed", { problem: job.problem });
        return;
      }
      await card.show();
      card.tell("done");
      card.finish("done");
      return;
    }
    if (job.state === "waiting") card.tell("waiting", { position: job.position });
    if (job.state === "working") card.tell(job.stage || "working");
    await pause(POLL_MILLISECONDS);
  }
}

async function run(name, send, kind) {
  refusal.textContent = "";
  const card = makeCard(name, kind);
  try {
    const job = await (await send()).json();
    await follow(card, job.key);
  } catch (error) {
    card.fail(error instanceof Refused ? error.message : "lost");
  }
}

function judge(file) {
  if (file.size > data.megabytes * 1e6) {
    makeCard(file.name).fail("size");
    return;
  }
  run(file.name, () =>
    ask("/jobs", {
      method: "POST",
      headers: { ...OWN_HEADER, "Content-Type": "application/octet-stream", "X-File-Name": encodeURIComponent(file.name) },
      body: file,
    }),
  );
}

const input = document.getElementById("file");
input.addEventListener("change", () => {
  for (const file of input.files) judge(file);
  input.value = "";
});

const drop = document.getElementById("drop");
for (const kind of ["dragenter", "dragover"])
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
for (const kind of ["dragleave", "drop"])
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.remove("over");
  });
drop.addEventListener("drop", (event) => {
  for (const file of event.dataTransfer.files) judge(file);
});

for (const button of document.querySelectorAll(".example"))
  button.addEventListener("click", () =>
    run(
      button.textContent,
      () => ask(`/examples/${button.dataset.example}`, { method: "POST", headers: OWN_HEADER }),
      button.dataset.text,
    ),
  );

for (const button of document.querySelectorAll("[data-language]"))
  button.addEventListener("click", () => {
    language = button.dataset.language;
    speak();
  });

const tabs = [...document.querySelectorAll('[role="tab"]')];
function choose(tab) {
  for (const each of tabs) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
    document.getElementById(each.getAttribute("aria-controls")).hidden = !chosen;
  }
  tab.focus();
}
for (const [place, tab] of tabs.entries()) {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) choose(tabs[(place + step + tabs.length) % tabs.length]);
  });
}

speak();
