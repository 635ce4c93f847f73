// Sends files, follows them through the queue, shows answers. Asks nothing but the host that it came from.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const OWN_HEADER = { "X-Keras-Impl": "page" };
const POLL_MILLISECONDS = 700;
const PATIENCE = 4; // Polls without an answer after which the program counts as lost; it is asked on, more seldom.
const LOST_MILLISECONDS = 3000;
const FULL_MILLISECONDS = 3000;
const STORE = "answers"; // In the tab's own storage: it survives a reload, and goes with the tab.

const answers = document.getElementById("answers");
const lost = document.getElementById("lost");
const loading = document.getElementById("loading");
let language = document.documentElement.lang;
let missed = 0;
let isReady = false;
let made = 0; // Cards, so far.

function text(name, values = {}) {
  return data.texts[language][name].replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const cards = () => [...answers.children].map((element) => element.card);

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

const reasonOf = (error) => (error instanceof Refused ? error.message : "lost");

function make(kind, name = "") {
  const element = document.createElement(kind);
  if (name) element.className = name;
  return element;
}

function makeButton(name) {
  const button = make("button", name);
  button.type = "button";
  return button;
}

function secondsTold(seconds) {
  const whole = Math.max(1, Math.round(seconds));
  return whole < 100
    ? text("gone", { seconds: whole })
    : text("gone_minutes", { minutes: Math.floor(whole / 60), seconds: whole % 60 });
}

function leftTold(seconds) {
  if (seconds >= 100) return text("left_minutes", { minutes: Math.round(seconds / 60) });
  return text("left", { seconds: seconds < 10 ? Math.ceil(seconds) : 5 * Math.round(seconds / 5) });
}

// When, by the clock of whoever looks; with its time zone, as reports have another one.
function timeTold(date) {
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
  const time = make("time");
  time.dateTime = date.toISOString();
  time.title = text("judged_at_told", { time: date.toLocaleString(language, { dateStyle: "long", timeStyle: "long", hourCycle: "h23" }) });
  time.textContent = text("judged_at", { time: date.toLocaleTimeString(language, clock) });
  return time;
}

// A file: a line that tells how far it is, or what came of it, and unfolds to the whole answer.
class Card {
  // `kind` is the text that names an example; a file has none.
  constructor(name, { kind = "", key = "", isOpen = false } = {}) {
    Object.assign(this, { name, kind, key, isOpen });
    this.now = { name: "queued", values: {} };
    this.job = null;
    this.isGivenUp = false;
    this.abort = new AbortController();

    this.element = make("article", "answer");
    this.element.card = this;
    this.state = "queued"; // then sending, waiting, working; done, failed, cancelled
    const line = make("div", "line");
    this.fold = makeButton("fold");
    this.title = make("h3");
    this.title.append(this.fold);
    this.remove = makeButton("remove");
    this.remove.addEventListener("click", (event) => {
      if (!this.isFinished) this.cancel();
      else if (this.state !== "cancelled" || event.detail < 2) this.takeBack(); // A double click only cancels.
    });
    this.fold.addEventListener("click", () => this.unfold(!this.isOpen));
    this.status = make("p", "status");
    this.status.setAttribute("role", "status"); // A screen reader tells how far it is, without being asked.
    this.figures = make("p", "figures"); // Apart from it: nobody wants each second told.
    line.append(this.title, this.status, this.figures, this.remove);
    this.bar = make("progress");
    this.bar.hidden = true;
    this.body = make("div", "body");
    this.body.hidden = true;
    this.body.id = `body-${(made += 1)}`;
    this.fold.setAttribute("aria-controls", this.body.id);
    this.element.append(line, this.bar, this.body);
    answers.prepend(this.element);
    this.speak();
    tidy();
  }

  get state() {
    return this.element.dataset.state;
  }

  set state(state) {
    this.element.dataset.state = state;
  }

  get isFinished() {
    return ["done", "failed", "cancelled"].includes(this.state);
  }

  get isWanted() {
    return this.element.isConnected && !this.isFinished && !this.isGivenUp;
  }

  // Of a file without an answer, what its line says for good: this stays in the tab until it is removed.
  get end() {
    return this.isFinished && this.state !== "done" ? { state: this.state, ...this.now } : null;
  }

  speak() {
    this.fold.textContent = this.kind ? text(this.kind) : this.name;
    this.tellStatus();
    this.tellFigures();
    this.tellFold();
    this.remove.textContent = text(this.isFinished ? "remove" : "cancel");
    this.remove.setAttribute("aria-label", `${this.remove.textContent}: ${this.fold.textContent}`);
    if (this.state === "done" && this.isOpen && this.body.lang !== language) this.show();
  }

  tell(name, values = {}) {
    this.now = { name, values };
    this.tellStatus();
  }

  tellStatus() {
    const { name, values } = this.now;
    if (values.problem) {
      const problem = make("span");
      problem.innerHTML = values.problem[language]; // Made by the program, which escapes all that comes from outside.
      this.status.replaceChildren(text(name), " ", problem);
    } else if (this.status.textContent !== text(name, values)) this.status.textContent = text(name, values);
  }

  tellFigures() {
    const job = this.job;
    const told = [];
    if (job && this.state === "done") {
      if (job.is_stamped) told.push(text("stamp"));
      if (job.p_fake !== null) told.push(`${text("p_fake")}\u00a0${job.p_fake.toFixed(2)}`);
      told.push(timeTold(this.finished), text("took", { time: secondsTold(job.seconds) }));
    } else if (job && !this.isFinished) {
      told.push(text("so_far", { time: secondsTold(job.gone) }));
      if (job.left !== null) told.push(leftTold(job.left));
    }
    this.figures.replaceChildren(
      ...told.map((each) => {
        const figure = make("span");
        figure.append(each);
        return figure;
      }),
    );
  }

  tellFold() {
    const hasAnswer = this.state === "done";
    this.fold.disabled = !hasAnswer;
    this.fold.title = hasAnswer ? text(this.isOpen ? "fold" : "unfold") : "";
    if (hasAnswer) this.fold.setAttribute("aria-expanded", String(this.isOpen));
    this.body.hidden = !(hasAnswer && this.isOpen);
  }

  follow(job) {
    this.job = job;
    if (job.state !== "done") {
      this.state = job.state;
      if (job.state === "waiting") this.tell(isReady || job.position ? "waiting" : "loading", { position: job.position });
      if (job.state === "working") this.tell(job.stage || "working");
      this.bar.hidden = job.state !== "working";
      if (job.left === null) this.bar.removeAttribute("value");
      else this.bar.value = job.gone / (job.gone + job.left);
      this.tellFigures();
      return;
    }
    this.finished = new Date(Date.now() - 1000 * job.age);
    if (Object.keys(job.problem).length) this.fail("failed", { problem: job.problem });
    else {
      this.tell(job.verdict);
      this.element.classList.add(job.verdict);
      this.finish("done");
    }
  }

  finish(state) {
    this.state = state;
    this.bar.remove();
    this.speak();
    tidy();
  }

  fail(reason, values = {}) {
    this.close({ state: "failed", name: reason, values });
  }

  close({ state, name, values }) {
    this.status.classList.toggle("refusal", state === "failed");
    this.tell(name, values);
    this.finish(state);
  }

  unfold(isOpen) {
    this.isOpen = isOpen;
    this.tellFold();
    if (isOpen && this.body.lang !== language) this.show();
    keep();
  }

  // Fetches the answer in the language that is chosen; where it can't be had, one that is there in another stays.
  async show() {
    const wanted = language;
    if (!this.body.lang) this.body.textContent = text("fetching");
    let content;
    try {
      content = await (await ask(`/jobs/${this.key}/answer?language=${wanted}`)).text();
    } catch (error) {
      this.miss(reasonOf(error));
      return;
    }
    if (wanted !== language) return; // Another one was asked for meanwhile.
    const report = make("a", "button");
    report.href = `/jobs/${this.key}/report?language=${wanted}`;
    report.download = "";
    report.textContent = text("report");
    const links = make("p", "links");
    links.append(report);
    const answer = make("div", "content");
    answer.innerHTML = content; // Made by the program, which escapes all that comes from outside.
    this.body.replaceChildren(links, answer);
    this.body.lang = wanted;
    window.kerasImplLook(answer);
  }

  // The answer can't be had: one that is there already stays, with a word about it.
  miss(reason) {
    const note = make("p", "note");
    note.textContent = text(reason === "forgotten" ? "kept_here" : reason);
    if (this.body.lang) this.body.firstElementChild.replaceWith(note);
    else if (reason === "forgotten") this.fail(reason);
    else this.body.replaceChildren(note);
  }

  // The file isn't sent, its place in the queue is given up, or its answer is deleted. Says whether that went well.
  async withdraw() {
    this.isGivenUp = true; // Whatever comes of it meanwhile.
    this.abort.abort();
    if (!this.key) return true;
    try {
      await ask(`/jobs/${this.key}`, { method: "DELETE", headers: OWN_HEADER });
    } catch (error) {
      if (reasonOf(error) === "lost") {
        lost.hidden = false; // It may still be there: so it stays here, too.
        this.isGivenUp = false;
        return false;
      }
    }
    this.key = "";
    return true;
  }

  async cancel() {
    if (await this.withdraw()) this.close({ state: "cancelled", name: "cancelled", values: {} });
  }

  async takeBack() {
    if (!(await this.withdraw())) return;
    const hadFocus = this.element.contains(document.activeElement);
    const beside = this.element.nextElementSibling || this.element.previousElementSibling;
    this.element.remove();
    if (hadFocus) (beside ? beside.card.remove : input).focus(); // Else a keyboard would start at the top again.
    tidy();
  }
}

function tidy() {
  const all = cards();
  document.getElementById("results").hidden = !all.length;
  document.getElementById("clear").hidden = all.length < 2;
  keep();
}

// Remembers what there is in the tab, so that it is there after a reload, what was refused and cancelled, too.
function keep() {
  const kept = cards().map(({ name, kind, key, isOpen, end }) => ({ name, kind, key, isOpen, end }));
  try {
    sessionStorage.setItem(STORE, JSON.stringify(kept));
  } catch {
    // A browser without storage: then nothing survives.
  }
}

function recall() {
  let kept = [];
  try {
    kept = JSON.parse(sessionStorage.getItem(STORE)) || [];
  } catch {
    // Nothing is there.
  }
  for (const { name, end, ...others } of kept.reverse()) {
    const card = new Card(name, others);
    if (end) card.close(end);
    else if (card.key) card.state = "waiting";
    else card.fail("interrupted");
  }
}

// Follows all files that are not finished, with one request for all of them.
async function watch() {
  for (;;) {
    const followed = cards().filter((card) => card.key && !card.isFinished);
    if (isReady && !followed.length && !missed) {
      await pause(POLL_MILLISECONDS / 2);
      continue;
    }
    try {
      const query = new URLSearchParams(followed.map((card) => ["key", card.key]));
      const told = await (await ask(`/jobs?${query}`)).json();
      missed = 0;
      lost.hidden = true;
      isReady = told.is_ready;
      loading.hidden = isReady;
      for (const card of followed) {
        const job = told.jobs[card.key];
        if (!card.isWanted) continue; // It was cancelled or removed meanwhile.
        if (job) card.follow(job);
        else card.fail("forgotten");
      }
    } catch {
      missed += 1;
      lost.hidden = missed < PATIENCE;
    }
    await pause(missed >= PATIENCE ? LOST_MILLISECONDS : POLL_MILLISECONDS);
  }
}

let sent = Promise.resolve();

// Files are sent one after the other, so that they come into the queue in their order; while it is full they wait here.
function enqueue(card, send) {
  sent = sent.then(() => submit(card, send));
}

async function submit(card, send) {
  while (card.isWanted) {
    try {
      card.state = "sending";
      card.tell("sending");
      card.bar.hidden = false;
      card.key = (await (await send(card.abort.signal)).json()).key;
      if (!card.isWanted) {
        await card.withdraw(); // It was cancelled or removed while the key was on its way.
        return;
      }
      card.state = "waiting";
      keep();
      return;
    } catch (error) {
      if (!card.isWanted) return;
      if (reasonOf(error) !== "full") {
        card.fail(reasonOf(error));
        return;
      }
      card.tell("full");
      card.bar.hidden = true;
      await pause(FULL_MILLISECONDS);
    }
  }
}

function judge(files) {
  const all = [...files];
  for (const file of all) {
    const card = new Card(file.name, { isOpen: all.length === 1 });
    if (file.size > data.megabytes * 1e6) {
      card.fail("size");
      continue;
    }
    const headers = {
      ...OWN_HEADER,
      "Content-Type": "application/octet-stream",
      "X-File-Name": encodeURIComponent(file.name),
    };
    enqueue(card, (signal) => ask("/jobs", { method: "POST", headers, body: file, signal }));
  }
}

function speak() {
  document.documentElement.lang = language;
  document.title = text("title");
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]"))
    element.setAttribute("aria-label", text(element.dataset.label));
  for (const element of document.querySelectorAll("[data-in]")) element.hidden = element.dataset.in !== language;
  for (const button of document.querySelectorAll("[data-language]"))
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  for (const card of cards()) card.speak();
}

const input = document.getElementById("file");
input.addEventListener("change", () => {
  judge(input.files);
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
// A file that is dropped beside the box is meant for it; the browser would show it instead of the page.
window.addEventListener("dragover", (event) => event.preventDefault());
window.addEventListener("drop", (event) => {
  event.preventDefault();
  judge(event.dataTransfer.files);
});

for (const button of document.querySelectorAll(".example"))
  button.addEventListener("click", () => {
    const card = new Card(button.textContent, { kind: button.dataset.text, isOpen: true });
    const address = `/examples/${button.dataset.example}`;
    enqueue(card, (signal) => ask(address, { method: "POST", headers: OWN_HEADER, signal }));
  });

document.getElementById("clear").addEventListener("click", () => {
  for (const card of cards()) card.takeBack();
});

window.addEventListener("beforeunload", (event) => {
  if (cards().some((card) => !card.key && !card.isFinished)) event.preventDefault(); // What isn't sent would be lost.
});

for (const button of document.querySelectorAll("[data-language]"))
  button.addEventListener("click", () => {
    language = button.dataset.language;
    history.replaceState(null, "", `?language=${language}`); // So that a reload keeps it.
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

recall();
speak();
watch();
