// Small comforts on top of pages that work without them: focus on errors, copying, no double sending, messages when
// the line is lost. No evaluation of text, no state, no requests of its own.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");

  function submitters(form) {
    return form.querySelectorAll("button:not([type=button]), input[type=submit]");
  }

  function release(form) {
    delete form.dataset.sent;
    submitters(form).forEach(function (button) { button.removeAttribute("aria-disabled"); });
  }

  // On a whole page the attribute autofocus does this; in a part that htmx puts in nobody else would.
  function focusSummary(scope) {
    var summary = scope.querySelector("[data-focus]");
    if (summary) { summary.focus(); }
  }

  function say(text) {
    var flash = document.getElementById("flash");
    if (!flash || !text) { return; }
    var box = document.createElement("div");
    var words = document.createElement("p");
    box.className = "alert note-strong";
    words.textContent = text;
    box.appendChild(words);
    flash.replaceChildren(box);
    flash.scrollIntoView({ block: "center" });
  }

  // In the capture phase, before htmx or the browser sends: the second press of a writing form does nothing.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-repeatable")) { return; }
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "1";
    submitters(form).forEach(function (button) { button.setAttribute("aria-disabled", "true"); });
    var keeping = form.matches(".htmx-request") ? form : form.querySelector(".htmx-request");
    if (keeping) {
      event.preventDefault();
      event.stopImmediatePropagation();
      sendAfter(keeping, form, event.submitter);
    }
  }, true);

  // A draft that is just keeping itself comes first, or the press would carry the version of before. Not for long: on
  // a dead line the press must not wait for ever.
  function sendAfter(keeping, form, submitter) {
    var timer = setTimeout(go, 5000);
    keeping.addEventListener("htmx:afterRequest", go);
    function go() {
      clearTimeout(timer);
      keeping.removeEventListener("htmx:afterRequest", go);
      setTimeout(function () {
        keeping.classList.remove("htmx-request");
        release(form);
        form.requestSubmit(submitter);
      });
    }
  }

  function isSubmit(event) {
    var cause = event.detail.requestConfig && event.detail.requestConfig.triggeringEvent;
    return Boolean(cause) && cause.type === "submit";
  }

  // What was sent needs no keeping any more: it would only overtake slow files.
  document.addEventListener("htmx:beforeRequest", function (event) {
    var form = event.target.closest("form");
    if (form && form.dataset.sent && !isSubmit(event)) { event.preventDefault(); }
  });

  // A page that comes back from the browser's memory must be usable again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(release);
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    var form = event.target.closest ? event.target.closest("form") : null;
    if (form && form.dataset.sent && isSubmit(event)) { release(form); }
  });
  document.addEventListener("htmx:afterSettle", function (event) { focusSummary(event.target); });
  document.addEventListener("htmx:sendError", function () { say(flashText("lost")); });
  document.addEventListener("htmx:responseError", function () { say(flashText("refused")); });

  function flashText(kind) {
    var flash = document.getElementById("flash");
    return flash ? flash.dataset[kind] : "";
  }

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) { window.print(); return; }
    var button = event.target.closest("[data-copy]");
    var source = button && document.getElementById(button.dataset.copy);
    if (!source) { return; }
    copy(source.value || source.textContent.trim()).then(function () {
      button.querySelector("span").textContent = button.dataset.done;
    }, function () { /* the text stays on the page to be copied by hand */ });
  });

  // What was typed as a password can be looked at; what is sent, and what the browser keeps, is a password again.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-show]");
    if (button) { show(button, button.getAttribute("aria-pressed") !== "true"); }
  });
  document.addEventListener("submit", function (event) {
    event.target.querySelectorAll("[data-show]").forEach(function (button) { show(button, false); });
  }, true);

  function show(button, isShown) {
    document.getElementById(button.dataset.show).type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
  }

  // The clipboard of the browser is there only over https and on localhost; offices often use plain http inside.
  function copy(text) {
    if (navigator.clipboard && window.isSecureContext) { return navigator.clipboard.writeText(text); }
    var area = document.createElement("textarea");
    area.value = text;
    area.className = "visually-hidden";
    document.body.appendChild(area);
    area.select();
    var done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("copy"));
  }

  // An open menu closes with Escape and with a press elsewhere.
  document.addEventListener("keydown", function (event) {
    var menu = event.key === "Escape" && document.querySelector(".menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("pointerdown", function (event) {
    document.querySelectorAll(".menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  });

  // On a phone the main pages stand in one strip that can be moved; the present one must be in sight.
  var current = document.querySelector(".nav [aria-current]");
  if (current) { current.closest("ul").scrollLeft = current.offsetLeft - 48; }

  // Shortcuts of a list: only where its page holds the dialog that explains them, never while somebody types, never
  // with another key held. Enter needs nothing: the focus is on a link.
  var TYPES = "input, textarea, select, [contenteditable], dialog[open]";

  document.addEventListener("keydown", function (event) {
    var help = document.getElementById("shortcuts");
    if (!help || event.defaultPrevented || event.isComposing) { return; }
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest(TYPES)) { return; }
    if (event.key === "?") { help.showModal(); }
    else if (event.key === "/") { focusSearch(); }
    else if (event.key === "j") { focusRow(1); }
    else if (event.key === "k") { focusRow(-1); }
    else { return; }
    event.preventDefault();
  });

  function focusSearch() {
    var box = document.getElementById("find");
    if (box) { box.focus(); box.select(); }
  }

  function focusRow(step) {
    var rows = Array.from(document.querySelectorAll("#list .row-title"));
    var here = document.activeElement.closest(".row-issue");
    var place = here ? rows.indexOf(here.querySelector(".row-title")) + step : 0;
    var row = rows[Math.max(0, Math.min(rows.length - 1, place))];
    if (row) { row.focus(); row.scrollIntoView({ block: "nearest" }); }
  }

  // Ticked rows: how many, and all of the page at once.
  document.addEventListener("change", function (event) {
    var form = event.target.closest("[data-picking]");
    if (form) { countPicked(form, event.target.hasAttribute("data-pick-all") ? event.target : null); }
  });

  function countPicked(form, all) {
    var boxes = Array.from(form.querySelectorAll("input[name=row]"));
    if (all) { boxes.forEach(function (box) { box.checked = all.checked; }); }
    var picked = boxes.filter(function (box) { return box.checked; }).length;
    form.querySelector("[data-pick-count]").textContent = picked;
    form.querySelector("[data-pick-all]").checked = picked === boxes.length;
  }

  document.querySelectorAll("[data-picking]").forEach(function (form) { countPicked(form, null); });
})();
