// A text pasted from a spreadsheet as a grid whose cells can be changed. Before the form goes, the cells become the text
// again: what is sent is the same with and without this. No state elsewhere, no requests, no evaluation of text.
(function () {
  "use strict";
  var area = document.querySelector("textarea[data-grid]");
  if (!area) { return; }
  var words = area.dataset;
  var box = null;

  // Tabs between cells; a cell with line ends stands in quotes, a quote within is doubled.
  function parse(text) {
    var rows = [[]], cell = "", quoted = false, i = 0, c;
    text = text.replace(/\r\n?/g, "\n");
    for (; i < text.length; i += 1) {
      c = text.charAt(i);
      if (quoted) {
        if (c !== '"') { cell += c; } else if (text.charAt(i + 1) === '"') { cell += c; i += 1; } else { quoted = false; }
      } else if (c === '"' && !cell) {
        quoted = true;
      } else if (c === "\t" || c === "\n") {
        rows[rows.length - 1].push(cell);
        cell = "";
        if (c === "\n") { rows.push([]); }
      } else {
        cell += c;
      }
    }
    rows[rows.length - 1].push(cell);
    return rows.filter(function (row) { return row.join("").trim(); });
  }

  function write(cell) {
    return /["\t\n]/.test(cell) ? '"' + cell.replace(/"/g, '""') + '"' : cell;
  }

  function keep() {
    if (!box) { return; }
    area.value = Array.from(box.querySelectorAll("tr")).map(function (row) {
      return Array.from(row.querySelectorAll("textarea")).map(function (cell) { return write(cell.value.trim()); }).join("\t");
    }).join("\n");
  }

  function button(text, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-quiet";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  function line(cells, number, width) {
    var row = document.createElement("tr"), first = document.createElement("td"), i, place, input;
    if (number) {
      first.appendChild(button("×", function () { row.remove(); keep(); }));
      first.firstChild.setAttribute("aria-label", words.gridLess + " " + number);
    }
    row.appendChild(first);
    for (i = 0; i < width; i += 1) {
      place = document.createElement(number ? "td" : "th");
      input = document.createElement("textarea");
      input.rows = number ? 2 : 1;
      input.value = cells[i] || "";
      input.setAttribute("aria-label", words.gridWords.replace("{n}", number + 1).replace("{m}", i + 1));
      place.appendChild(input);
      row.appendChild(place);
    }
    return row;
  }

  function show() {
    var rows = parse(area.value), table, bar, width;
    if (box || rows.length < 2) { return; }
    width = Math.min(30, Math.max.apply(null, rows.map(function (row) { return row.length; })));
    if (width < 2 || rows.length > 220) { return; }
    box = document.createElement("div");
    table = document.createElement("table");
    rows.forEach(function (row, number) { table.appendChild(line(row, number, width)); });
    bar = document.createElement("p");
    bar.className = "btn-row";
    bar.appendChild(button(words.gridMore, function () {
      var row = table.appendChild(line([], table.rows.length, width));
      row.querySelector("textarea").focus();
    }));
    bar.appendChild(button(words.gridText, hide));
    var scroller = document.createElement("div");
    scroller.className = "grid-box";
    scroller.tabIndex = 0;
    scroller.appendChild(table);
    box.appendChild(scroller);
    box.appendChild(bar);
    area.hidden = true;
    area.after(box);
  }

  function hide() {
    keep();
    box.remove();
    box = null;
    area.hidden = false;
    area.focus();
  }

  area.addEventListener("paste", function () { setTimeout(show); });
  area.addEventListener("dblclick", show);
  area.form.addEventListener("submit", keep, true);
  show();
})();
