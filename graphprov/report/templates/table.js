
  // --- the table -----------------------------------------------------------------------------------------------------
  const table = byId("table");
  const collator = new Intl.Collator("en", { numeric: true });
  const state = { key: "", down: false, from: 0, found: [], item: null };
  const open = new Set();
  let searchable = null;

  const values = {
    label: (row) => data.label[row], kind: (row) => data.kind[row] + data.run[row] * 1e6, distance: (row) => data.distance[row],
    certainty: (row) => data.certainty[row], paths: (row) => data.paths[row], state: (row) => data.state[row] || 99,
    closed: (row) => data.closed[row] || 99, time: (row) => data.time[row] || "~", who: whoText,
  };
  const filters = ["f-text", "f-kind", "f-state", "f-certainty", "f-closed", "f-owner"].filter(byId);
  const chosenIn = (id) => byId(id) ? byId(id).value : "";
  const find = () => {
    const text = chosenIn("f-text").trim().toLowerCase();
    const [kind, wanted, certainty, closed, owner] = ["f-kind", "f-state", "f-certainty", "f-closed", "f-owner"].map(chosenIn);
    if (text && !searchable) searchable = data.label.slice(0, data.rows).map((label, row) => (label + "\n" + data.id[row]).toLowerCase());
    const found = [];
    for (let row = 0; row < data.rows; row++) {
      if (kind && (kind === "entities" ? data.run[row] : data.kind[row] !== +kind)) continue;
      if (wanted && data.states[data.state[row]] !== wanted) continue;
      if (certainty && data.certainties[data.certainty[row]] !== certainty) continue;
      if (closed && data.closings[data.closed[row]] !== closed) continue;
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
  const chip = (text) => (text ? [make("span", "chip " + text.replaceAll(" ", "-"), text)] : []);
  const cells = {
    kind: (row) => [name(data.kinds[data.kind[row]])], distance: (row) => [String(data.distance[row])],
    certainty: (row) => [data.certainties[data.certainty[row]]], paths: (row) => [pathsText(row)],
    state: (row) => chip(data.states[data.state[row]]), closed: (row) => chip(data.closings[data.closed[row]]),
    time: (row) => [data.time[row]], who: (row) => [name(whoText(row))],
  };
  const shownKeys = table ? [...table.tHead.rows[0].cells].map((head) => head.dataset.key) : [];
  const rowOf = (row) => {
    const toggle = button(name(data.label[row]), () => {
      if (open.delete(row)) line.nextSibling.remove();
      else {
        open.add(row);
        line.after(whyRow(row));
        light(row);
      }
      toggle.setAttribute("aria-expanded", open.has(row));
    });
    toggle.setAttribute("aria-expanded", open.has(row));
    const head = make("th", "", toggle);
    head.scope = "row";
    const line = make("tr", "", head, ...shownKeys.slice(1).map((key) => make("td", "c-" + key, ...cells[key](row))));
    return open.has(row) ? [line, whyRow(row)] : [line];
  };
  const whyRow = (row) => {
    const cell = make("td", "", whyList(row), facts(row));
    cell.colSpan = shownKeys.length;
    return make("tr", "why", cell);
  };
  const show = (most = page) => {
    const total = state.found.length;
    const shown = state.found.slice(state.from, state.from + most);
    table.tBodies[0].replaceChildren(...shown.flatMap(rowOf));
    byId("where").textContent = total ? `${(state.from + 1).toLocaleString("en")} to ${(state.from + shown.length).toLocaleString("en")} of ${total.toLocaleString("en")}` : "none";
    byId("count").textContent = total === data.rows ? `${total.toLocaleString("en")} listed` : `${total.toLocaleString("en")} of ${data.rows.toLocaleString("en")} listed`;
    byId("none").hidden = total > 0;
    byId("prev").disabled = state.from === 0;
    byId("next").disabled = state.from + page >= total;
    document.querySelector(".pager").hidden = total <= page;
  };
  const clear = () => {
    for (const id of filters) byId(id).value = "";
    state.item = null;
  };
  /** Show the rows of one filter alone, and go there. */
  const showOnly = (id, value) => {
    clear();
    byId(id).value = value;
    find();
    byId("affected").scrollIntoView();
    byId("h-affected").focus({ preventScroll: true });
  };
  const startTable = () => {
    byId("h-affected").tabIndex = -1;
    data.kinds.forEach((kind, at) => {
      if (data.kind.indexOf(at) >= 0 && data.kind.indexOf(at) < data.rows) byId("f-kind").append(new Option(kind, at));
    });
    data.owners.slice(0, 500).forEach((owner, at) => byId("f-owner").append(new Option(owner, at)));
    let waiting = 0;
    byId("f-text").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, 120); });
    for (const id of filters.slice(1)) byId(id).addEventListener("change", find);
    byId("f-clear").addEventListener("click", () => { clear(); find(); });
    for (const head of table.tHead.rows[0].cells) {
      const sorter = head.firstElementChild;
      sorter.disabled = false;
      sorter.addEventListener("click", () => {
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
    const turn = (by) => () => { state.from += by; show(); byId("affected").scrollIntoView(); };
    byId("prev").addEventListener("click", turn(-page));
    byId("next").addEventListener("click", turn(page));
    for (const theirs of document.querySelectorAll(".theirs")) {
      theirs.addEventListener("click", () => showOnly("f-owner", theirs.dataset.owner));
    }
    byId("show-open")?.addEventListener("click", () => showOnly("f-closed", "open"));
    addEventListener("beforeprint", () => show(1000));
    addEventListener("afterprint", () => show());
    find();
  };
