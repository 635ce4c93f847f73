// Makes of a verdict's frames, faces and timeline a viewer of one moment at a time. Asks nothing of the network.
"use strict";

(() => {
  const make = (name, kind, text = "") => {
    const element = document.createElement(name);
    element.className = kind;
    element.textContent = text;
    return element;
  };

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));

  // Lays a heat map over a picture's box; once.
  function paint(box, heat, colours) {
    if (!heat || box.querySelector("canvas")) return;
    const canvas = make("canvas", "heat");
    canvas.width = heat.columns;
    canvas.height = heat.rows;
    const context = canvas.getContext("2d");
    const picture = context.createImageData(heat.columns, heat.rows);
    const levels = Int8Array.from(atob(heat.levels), (letter) => letter.charCodeAt(0));
    for (const [place, level] of levels.entries()) {
      const colour = level > 0 ? colours.fake : colours.real;
      picture.data.set([...colour, (255 * colours.opacity * Math.abs(level)) / 127], 4 * place);
    }
    context.putImageData(picture, 0, 0);
    const [left, top, width, height] = heat.place.map((share) => `${100 * share}%`);
    Object.assign(canvas.style, { left, top, width, height });
    box.append(canvas);
  }

  // A row of two buttons with something between them.
  function makeSteps(previous, next, between, step) {
    const row = make("div", "steps");
    const buttons = [-1, 1].map((by) => {
      const button = make("button", "", by < 0 ? "◀" : "▶");
      button.type = "button";
      button.title = by < 0 ? previous : next;
      button.setAttribute("aria-label", button.title);
      button.addEventListener("click", () => step(by));
      return button;
    });
    row.append(buttons[0], between, buttons[1]);
    return { row, buttons };
  }

  // Those of the document; the one that was used last is the last.
  let viewers = [];

  const use = (viewer) => {
    viewers = [...viewers.filter((each) => each !== viewer && each.look.isConnected), viewer];
  };

  // What does something by itself when an arrow key is pressed in it.
  const TAKES_KEYS = "input, select, textarea, audio, video, iframe, [contenteditable], [role='tablist'], .scroll";

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest(TAKES_KEYS) && !event.target.closest(".look")) return;
    viewers.findLast((each) => each.look.getClientRects().length)?.press(event);
  });

  function enhance(look) {
    const data = JSON.parse(look.querySelector('script[type="application/json"]').textContent);
    const { words, times, segments } = data;
    const list = look.querySelector(".frames");
    const frames = list ? [...list.children] : [];
    const timeline = look.querySelector(".timeline");
    const people = [...look.querySelectorAll(".people > li")].map((item, place) => {
      const absent = make("p", "absent", words.script_absent);
      item.append(absent);
      const crops = [...item.querySelectorAll(".crops > li")].map((crop, face) => ({
        item: crop,
        frame: Number(crop.dataset.frame),
        box: crop.querySelector(".crop"),
        heat: data.faces[place][face],
      }));
      return { item, absent, crops };
    });
    const spectra = timeline ? [...timeline.querySelectorAll("image")] : [];
    let frame = 0;
    let segment = -1;

    look.classList.add("live");
    const spoken = make("p", "spoken");
    spoken.setAttribute("role", "status");
    look.append(spoken);

    const hasHeat = Boolean(data.heat_told);
    const toggle = make("button", "toggle", words.script_heat);
    toggle.type = "button";
    toggle.setAttribute("aria-pressed", "false");
    toggle.addEventListener("click", () => {
      toggle.setAttribute("aria-pressed", String(look.classList.toggle("heated")));
      show();
    });

    const slider = make("input", "");
    const place = make("span", "place");
    let frameSteps;
    if (frames.length) {
      const stage = make("div", "stage");
      list.before(stage);
      list.tabIndex = 0;
      list.setAttribute("role", "group");
      stage.append(list);
      const controls = make("div", "controls");
      if (frames.length > 1) {
        slider.type = "range";
        slider.max = frames.length - 1;
        slider.setAttribute("aria-label", words.script_frame);
        slider.addEventListener("input", () => goToFrame(slider.valueAsNumber));
        frameSteps = makeSteps(words.script_previous, words.script_next, slider, (by) => goToFrame(frame + by));
        controls.append(frameSteps.row, place);
      }
      stage.append(controls);
    }

    const heard = make("div", "heard");
    const heardTold = make("span", "");
    const heardBox = make("div", "crop");
    const heardPicture = make("img", "");
    const stepSegment = (by) => {
      const now = timeNow;
      let next = segment + by;
      if (segment < 0) {
        next = by > 0 ? segments.findIndex((each) => each.start > now) : segments.findLastIndex((each) => each.end <= now);
      }
      goToSegment(next);
    };
    let segmentSteps;
    if (segments.length) {
      segmentSteps = makeSteps(words.script_previous_segment, words.script_next_segment, heardTold, stepSegment);
      const controls = make("div", "controls");
      controls.append(segmentSteps.row);
      heardBox.append(heardPicture);
      heard.append(controls, heardBox);
      timeline.after(heard);
    }
    const controls = look.querySelector(".controls");
    if (hasHeat) {
      controls.append(toggle);
      controls.after(make("p", "keys whose", data.heat_told));
    }
    if (timeline) {
      const keys = [frames.length > 1 ? words.script_keys : words.script_keys_sound];
      if (hasHeat) keys.push(words.script_keys_heat);
      const hint = make("p", "keys");
      hint.append(make("span", "keyboard", `${keys.join(" ")} `), words.script_point);
      controls.after(hint);
    }

    const cursor = make("span", "cursor");
    if (timeline) timeline.querySelector(".cursors").append(cursor);
    let timeNow = 0;

    function show() {
      const isHeated = look.classList.contains("heated");
      for (const [number, item] of frames.entries()) item.classList.toggle("now", number === frame);
      for (const person of people) {
        const now = person.crops.find((crop) => crop.frame === frame);
        for (const crop of person.crops) crop.item.classList.toggle("now", crop === now);
        person.absent.hidden = Boolean(now);
        person.item.classList.toggle("gone", !now);
        if (now && isHeated) paint(now.box, now.heat, data.colours);
      }
      if (frames.length) {
        const told = frames[frame].querySelector("figcaption").textContent;
        list.setAttribute("aria-label", told);
        place.textContent = fill(words.script_place, { place: frame + 1, count: frames.length });
        slider.value = frame;
        slider.setAttribute("aria-valuetext", told);
        spoken.textContent = told;
      }
      if (frameSteps) {
        frameSteps.buttons[0].disabled = frame === 0;
        frameSteps.buttons[1].disabled = frame === frames.length - 1;
      }
      if (segmentSteps) {
        const told = segment < 0 ? words.script_unheard : segments[segment].told;
        heardTold.textContent = told;
        heardBox.hidden = segment < 0;
        heardBox.querySelector("canvas")?.remove();
        if (segment >= 0) {
          heardPicture.src = spectra[segment].getAttribute("href");
          heardPicture.alt = told;
          if (isHeated) paint(heardBox, segments[segment].heat, data.colours);
        }
        if (!frames.length) spoken.textContent = told;
        segmentSteps.buttons[0].disabled = !segments.some((each) => each.end <= timeNow);
        segmentSteps.buttons[1].disabled = !segments.some((each) => each.start > timeNow);
      }
      if (timeline) cursor.style.left = `${Math.min(100, (100 * timeNow) / Number(timeline.dataset.length))}%`;
    }

    const segmentAt = (time) => segments.findIndex((each) => each.start <= time && time <= each.end);

    function frameAt(time) {
      let nearest = 0;
      for (const [number, each] of times.entries())
        if (Math.abs(each - time) < Math.abs(times[nearest] - time)) nearest = number;
      return nearest;
    }

    function goToTime(time) {
      timeNow = time;
      frame = frameAt(time);
      segment = segmentAt(time);
      show();
    }

    function goToFrame(number) {
      if (number < 0 || number >= frames.length) return;
      frame = number;
      timeNow = times[frame];
      segment = segmentAt(timeNow);
      show();
    }

    function goToSegment(number) {
      if (number < 0 || number >= segments.length) return;
      segment = number;
      timeNow = (segments[segment].start + segments[segment].end) / 2;
      frame = frameAt(timeNow);
      show();
    }

    const step = (by) => (frames.length > 1 ? goToFrame(frame + by) : stepSegment(by));
    const press = (event) => {
      if (event.key === "h" || event.key === "H") {
        if (hasHeat) toggle.click();
      } else if (event.target === slider) {
        return; // It moves by itself.
      } else if (event.key === "ArrowLeft") step(-1);
      else if (event.key === "ArrowRight") step(1);
      else return;
      event.preventDefault();
    };
    const viewer = { look, press };
    for (const kind of ["pointerdown", "focusin"]) look.addEventListener(kind, () => use(viewer));
    use(viewer);

    if (timeline) {
      const point = (event) => {
        const { left, width } = cursor.parentElement.getBoundingClientRect();
        const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
        goToTime(share * Number(timeline.dataset.length));
      };
      timeline.addEventListener("pointerdown", (event) => {
        timeline.setPointerCapture(event.pointerId);
        point(event);
      });
      timeline.addEventListener("pointermove", (event) => {
        if (event.buttons) point(event);
      });
    }

    if (frames.length) goToFrame(data.first);
    else goToSegment(data.first);
  }

  window.kerasImplLook = (root) => {
    for (const look of root.querySelectorAll(".look:not(.live)")) enhance(look);
  };
})();
