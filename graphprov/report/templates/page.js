"use strict";
// Reads the data block once; draws only what is looked at. Text enters the page as text nodes, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const page = data.pageRows;
  const byId = (id) => document.getElementById(id);
  document.documentElement.classList.add("scripted");

  const make = (tag, className, ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };
  const name = (text, className) => make("bdi", className || "", text);

  // --- why -----------------------------------------------------------------------------------------------------------
  const trie = data.trie;
  /** The steps to a node, first to last, as places in the tree of paths. */
  const steps = (row) => {
    const found = [];
    for (let at = row < data.rows ? data.why[row] : -1; at >= 0; at = trie.parent[at]) found.push(at);
    return found.reverse();
  };
  const whyList = (row) => {
    const places = steps(row);
    if (!places.length) {
      return make("p", "fine", row < data.rows ? "The path was not computed for this report." : partSays(row));
    }
    const list = make("ol", "steps");
    for (const at of places) {
      const node = trie.node[at];
      const item = make("li", "");
      if (trie.verb[at] < 0) item.append(name(data.label[node], "node"), make("span", "verb", " " + data.kinds[data.kind[node]] + ", flawed"));
      else {
        item.append(make("span", "verb", trie.verbs[trie.verb[at]] + " "), name(data.label[node], "node"));
        const more = [data.kinds[data.kind[node]], data.certainties[trie.certainty[at]], trie.time[at] || data.time[node]];
        item.append(make("span", "at", " " + more.filter(Boolean).join(", ")));
      }
      list.append(item);
    }
    return list;
  };
  const partSays = (row) => ({
    subject: "What the report is about.",
    flawed: "Flawed: the spread begins here.",
    cleared: "Cleared: made by an affected run, yet not affected; see the list of what was cleared.",
    mentioned: "Mentioned on a path, but not listed.",
  })[data.part[row - data.rows]];

  // --- the table -----------------------------------------------------------------------------------------------------
  const table = byId("table");
  const collator = new Intl.Collator("en", { numeric: true });
  const whoText = (row) => data.who[row].map((agent) => data.owners[agent]).join(", ");
  const state = { key: "", down: false, from: 0, found: [], item: null };
  const open = new Set();
  let searchable = null;

  const values = {
    label: (row) => data.label[row], kind: (row) => data.kind[row] + data.run[row] * 1e6, distance: (row) => data.distance[row],
    certainty: (row) => data.certainty[row], state: (row) => data.state[row] || 99, time: (row) => data.time[row] || "~",
    who: whoText,
  };
  const find = () => {
    const text = byId("f-text").value.trim().toLowerCase();
    const [kind, wanted, certainty, owner] = ["f-kind", "f-state", "f-certainty", "f-owner"].map((id) => byId(id).value);
    if (text && !searchable) searchable = data.label.slice(0, data.rows).map((label, row) => (label + "\n" + data.id[row]).toLowerCase());
    const found = [];
    for (let row = 0; row < data.rows; row++) {
      if (kind && (kind === "entities" ? data.run[row] : data.kind[row] !== +kind)) continue;
      if (wanted && data.states[data.state[row]] !== wanted) continue;
      if (certainty && data.certainties[data.certainty[row]] !== certainty) continue;
      if (owner && !data.who[row].includes(+owner)) continue;
      if (state.item !== null && data.box[row][0] !== state.item) continue;
      if (text && !searchable[row].includes(text)) continue;
      found.push(row);
    }
    if (state.key) {
      const keys = new Map(found.map((row) => [row, values[state.key](row)]));
      // Times are written so that they sort as text, which is ten times as fast as comparing words.
      const plain = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
      const compare = state.key === "label" || state.key === "who" ? collator.compare : plain;
      const sign = state.down ? -1 : 1;
      found.sort((a, b) => sign * compare(keys.get(a), keys.get(b)) || a - b);
    }
    state.found = found;
    state.from = 0;
    show();
  };
  const rowOf = (row) => {
    const toggle = make("button", "", name(data.label[row]));
    toggle.type = "button";
    toggle.setAttribute("aria-expanded", open.has(row));
    const chip = data.states[data.state[row]];
    const cell = make("th", "", toggle);
    cell.scope = "row";
    const line = make("tr", "", cell, make("td", "", name(data.kinds[data.kind[row]])), make("td", "n", String(data.distance[row])),
      make("td", "", data.certainties[data.certainty[row]]), make("td", "", ...(chip ? [make("span", "chip " + chip, chip)] : [])),
      make("td", "t", data.time[row]), make("td", "", name(whoText(row))));
    toggle.addEventListener("click", () => {
      if (open.delete(row)) line.nextSibling.remove();
      else {
        open.add(row);
        line.after(whyRow(row));
        light(row);
      }
      toggle.setAttribute("aria-expanded", open.has(row));
    });
    return open.has(row) ? [line, whyRow(row)] : [line];
  };
  const whyRow = (row) => {
    const cell = make("td", "", whyList(row), make("span", "full", data.id[row]));
    cell.colSpan = 7;
    return make("tr", "why", cell);
  };
  const show = (most = page) => {
    const total = state.found.length;
    const shown = state.found.slice(state.from, state.from + most);
    table.tBodies[0].replaceChildren(...shown.flatMap(rowOf));
    byId("where").textContent = total ? `${(state.from + 1).toLocaleString("en")} to ${(state.from + shown.length).toLocaleString("en")} of ${total.toLocaleString("en")}` : "none";
    byId("count").textContent = total === data.rows ? `${total.toLocaleString("en")} listed` : `${total.toLocaleString("en")} of ${data.rows.toLocaleString("en")} listed`;
    byId("prev").disabled = state.from === 0;
    byId("next").disabled = state.from + page >= total;
    document.querySelector(".pager").hidden = total <= page;
  };
  const clear = () => {
    for (const id of ["f-text", "f-kind", "f-state", "f-certainty", "f-owner"]) byId(id).value = "";
    state.item = null;
  };
  const startTable = () => {
    data.kinds.forEach((kind, at) => {
      if (data.kind.indexOf(at) >= 0 && data.kind.indexOf(at) < data.rows) byId("f-kind").append(new Option(kind, at));
    });
    data.owners.slice(0, 500).forEach((owner, at) => byId("f-owner").append(new Option(owner, at)));
    let waiting = 0;
    byId("f-text").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, 120); });
    for (const id of ["f-kind", "f-state", "f-certainty", "f-owner"]) byId(id).addEventListener("change", find);
    byId("f-clear").addEventListener("click", () => { clear(); find(); });
    for (const head of table.tHead.rows[0].cells) {
      const button = head.firstElementChild;
      button.disabled = false;
      button.addEventListener("click", () => {
        state.down = state.key === head.dataset.key && !state.down;
        state.key = head.dataset.key;
        for (const other of table.tHead.rows[0].cells) {
          const mine = other === head;
          if (mine) other.setAttribute("aria-sort", state.down ? "descending" : "ascending");
          else other.removeAttribute("aria-sort");
          other.querySelector(".arrow").textContent = mine ? (state.down ? "\u2193" : "\u2191") : "";
        }
        find();
      });
    }
    const turn = (by) => () => { state.from += by; show(); byId("h-affected").scrollIntoView(); };
    byId("prev").addEventListener("click", turn(-page));
    byId("next").addEventListener("click", turn(page));
    for (const button of document.querySelectorAll(".theirs")) {
      button.addEventListener("click", () => { clear(); byId("f-owner").value = button.dataset.owner; find(); byId("affected").scrollIntoView(); });
    }
    addEventListener("beforeprint", () => show(1000));
    addEventListener("afterprint", () => show());
    find();
  };

  // --- the picture ---------------------------------------------------------------------------------------------------
  const picture = data.picture;
  const [boxWidth, boxHeight, gapX, gapY, margin, bendHeight, pull] = picture.size;
  const svg = byId("picture");
  const boxes = new Map();
  for (const group of svg.querySelectorAll("g.box")) boxes.set(group.dataset.item + (group.dataset.member === undefined ? "" : "." + group.dataset.member), group);
  const unfolded = new Set();
  let lit = -1;
  let chosen = null;

  const membersOf = (item) => {
    const shown = picture.members[item].length;
    const keys = [...Array(shown).keys()].map((member) => `${item}.${member}`);
    return picture.items[item][0] > shown ? [...keys, `${item}.${shown}`] : keys;
  };
  const keyOf = (item, member) => (unfolded.has(item) ? `${item}.${member}` : `${item}`);

  /** Pool adjacent violators: keep order and gaps, and stay as near as possible to the wishes. */
  const stack = (column, height, wished, middle) => {
    const blocks = [];
    const offsets = new Map();
    let offset = 0;
    for (const key of column) {
      offsets.set(key, offset + height(key) / 2);
      offset += height(key) + gapY;
      blocks.push({ sum: wished(key) - offsets.get(key), count: 1, keys: [key] });
      while (blocks.length > 1) {
        const last = blocks[blocks.length - 1], before = blocks[blocks.length - 2];
        if (before.sum / before.count <= last.sum / last.count) break;
        blocks.splice(-2, 2, { sum: before.sum + last.sum, count: before.count + last.count, keys: before.keys.concat(last.keys) });
      }
    }
    for (const block of blocks) for (const key of block.keys) middle.set(key, block.sum / block.count + offsets.get(key));
  };

  const place = () => {
    const columns = picture.columns.map((column) => column.flatMap((one) => one < 0 ? [`b${-1 - one}`] : unfolded.has(one) ? membersOf(one) : [`${one}`]));
    const columnOf = new Map();
    columns.forEach((column, at) => column.forEach((key) => columnOf.set(key, at)));
    const lines = [];
    for (const [tail, head, bends, pairs] of picture.edges) {
      const seen = new Set();
      for (const [a, b] of pairs) {
        const ends = [keyOf(tail, a), keyOf(head, b)];
        if (seen.has(ends.join())) continue;
        seen.add(ends.join());
        lines.push([ends[0], ...bends.map((bend) => `b${bend}`), ends[1]]);
      }
    }
    const neighbours = new Map();
    const join = (one, other) => neighbours.has(one) ? neighbours.get(one).push(other) : neighbours.set(one, [other]);
    for (const line of lines) for (let at = 1; at < line.length; at++) { join(line[at - 1], line[at]); join(line[at], line[at - 1]); }
    const height = (key) => key[0] === "b" ? bendHeight : boxHeight;
    const middle = new Map();
    for (const column of columns) stack(column, height, () => 0, middle);
    for (let sweep = 0; sweep < 24; sweep++) {
      for (const column of sweep % 2 ? columns : [...columns].reverse()) {
        const wishes = new Map(column.map((key) => {
          const near = neighbours.get(key);
          return [key, near ? pull * near.reduce((sum, other) => sum + middle.get(other), 0) / near.length : middle.get(key)];
        }));
        stack(column, height, (key) => wishes.get(key), middle);
      }
    }
    let top = Infinity, bottom = -Infinity;
    for (const [key, at] of middle) { top = Math.min(top, at - height(key) / 2); bottom = Math.max(bottom, at + height(key) / 2); }
    for (const [key, group] of boxes) {
      const shown = columnOf.has(key);
      group.classList.toggle("shown", shown && key.includes("."));
      group.classList.toggle("hidden-box", !shown && !key.includes("."));
      if (shown) group.setAttribute("transform", `translate(${margin + columnOf.get(key) * (boxWidth + gapX)} ${(middle.get(key) - top + margin - boxHeight / 2).toFixed(1)})`);
    }
    const stop = (key) => { const left = margin + columnOf.get(key) * (boxWidth + gapX); return [left, left + boxWidth, middle.get(key) - top + margin]; };
    byId("edges").replaceChildren(...lines.map((line) => {
      let stops = line.map(stop);
      const back = stops[stops.length - 1][0] < stops[0][0];
      if (back) stops = stops.map(([left, right, y]) => [right, left, y]);
      let d = `M${stops[0][1]} ${stops[0][2].toFixed(1)}`;
      for (let at = 1; at < stops.length; at++) {
        const [here, y] = stops[at - 1].slice(1), [there, across, y2] = stops[at], half = (there - here) / 2;
        d += `C${here + half} ${y.toFixed(1)} ${there - half} ${y2.toFixed(1)} ${there} ${y2.toFixed(1)}` + (at < stops.length - 1 ? `H${across}` : "");
      }
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      const cleared = boxes.get(line[line.length - 1]).classList.contains("cleared");
      path.setAttribute("class", "edge" + (cleared ? " cleared" : "") + (back ? " back" : ""));
      path.setAttribute("d", d);
      path.dataset.ends = `${line[0]} ${line[line.length - 1]}`;
      return path;
    }));
    const tall = bottom - top + 2 * margin;
    svg.setAttribute("height", tall.toFixed(1));
    svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${tall.toFixed(1)}`);
    light(lit);
  };

  /** Light the path to a node: its boxes, and the edges between them. */
  const light = (row) => {
    lit = row;
    const keys = row < 0 ? [] : steps(row).map((at) => data.box[trie.node[at]]).filter((box) => box.length).map(([item, member]) => keyOf(item, member));
    if (row >= 0 && data.box[row].length) keys.push(keyOf(...data.box[row]));
    const on = new Set(keys), pairs = new Set();
    for (let at = 1; at < keys.length; at++) pairs.add(`${keys[at - 1]} ${keys[at]}`);
    for (const [key, group] of boxes) {
      group.classList.toggle("on", on.has(key));
      group.classList.toggle("chosen", key === chosen);
    }
    const edges = byId("edges");
    for (const edge of edges.children) {
      edge.classList.toggle("on", pairs.has(edge.dataset.ends));
    }
    edges.append(...[...edges.children].filter((edge) => edge.classList.contains("on"))); // over the others
  };

  const tell = (row) => {
    const children = [make("h3", "", name(data.label[row])), whyList(row), make("span", "full", data.id[row])];
    const box = data.box[row];
    if (box.length && unfolded.has(box[0])) {
      const fold = make("button", "", "Fold again");
      fold.type = "button";
      fold.addEventListener("click", () => { unfolded.delete(box[0]); place(); boxes.get(String(box[0])).focus(); });
      children.push(fold);
    }
    byId("told").replaceChildren(...children);
  };
  const choose = (group) => {
    const item = +group.dataset.item, member = group.dataset.member;
    const [count, first] = picture.items[item];
    if (member === undefined && count > 1) {
      unfolded.add(item);
      place();
      boxes.get(`${item}.0`).focus();
      return;
    }
    const known = member === undefined ? first : picture.members[item][+member];
    if (known === undefined) {
      clear();
      state.item = item;
      find();
      byId("affected").scrollIntoView();
      return;
    }
    chosen = member === undefined ? String(item) : `${item}.${member}`;
    light(known);
    tell(known);
  };
  const startPicture = () => {
    for (const group of boxes.values()) {
      group.addEventListener("click", () => choose(group));
      group.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(group); }
      });
    }
    const foldable = picture.items.flatMap(([count], item) => (count > 1 ? [item] : []));
    byId("unfold")?.addEventListener("click", (event) => {
      const all = event.currentTarget.getAttribute("aria-pressed") !== "true";
      event.currentTarget.setAttribute("aria-pressed", all);
      event.currentTarget.textContent = all ? "Fold all" : "Unfold all";
      unfolded.clear();
      if (all) foldable.forEach((item) => unfolded.add(item));
      place();
    });
    const fit = (on) => { svg.classList.toggle("fitted", on); byId("fit").setAttribute("aria-pressed", on); byId("fit").textContent = on ? "Full size" : "Fit to width"; };
    byId("fit").addEventListener("click", () => fit(!svg.classList.contains("fitted")));
    const room = byId("picture-scroll").clientWidth / +svg.getAttribute("width");
    byId("fit").hidden = room >= 1;
    fit(room < 1 && room >= 0.5);
    place();
    if (data.lit >= 0) {
      light(data.lit);
      byId("lit").append("The thick line is the path to ", name(data.label[data.lit]), ". ");
    }
  };

  startPicture();
  if (table) startTable();
})();
