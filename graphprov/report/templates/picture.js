
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
    const looks = [];
    for (const [tail, head, bends, pairs, certainty] of picture.edges) {
      const seen = new Set();
      for (const [a, b] of pairs) {
        const ends = [keyOf(tail, a), keyOf(head, b)];
        if (seen.has(ends.join())) continue;
        seen.add(ends.join());
        lines.push([ends[0], ...bends.map((bend) => `b${bend}`), ends[1]]);
        looks.push(certainty);
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
    byId("edges").replaceChildren(...lines.map((line, number) => {
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
      path.setAttribute("class", `edge ${looks[number]}` + (cleared ? " cleared" : "") + (back ? " back" : ""));
      path.setAttribute("d", d);
      path.dataset.ends = `${line[0]} ${line[line.length - 1]}`;
      return path;
    }));
    const tall = bottom - top + 2 * margin;
    size.height = tall;
    svg.setAttribute("viewBox", `0 0 ${size.width} ${tall.toFixed(1)}`);
    zoom(size.scale);
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
    const affected = row < data.rows;
    const title = make("h3", "", ...(affected ? [make("span", "ask", "Why"), " "] : []), name(data.label[row]));
    if (affected) title.append(" ", make("span", "is", standing(row)));
    const children = [title, whyList(row)];
    if (affected) children.push(facts(row));
    const box = data.box[row];
    if (box.length && unfolded.has(box[0])) children.push(button("Fold again", () => fold(box[0])));
    byId("told").replaceChildren(...children);
  };
  const fold = (item) => {
    unfolded.delete(item);
    place();
    boxes.get(String(item)).focus();
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
  // Size: a scale of the whole picture, kept in sight by the scroll bars; the wheel changes it with Ctrl alone, so that it
  // never takes over the page's own scrolling.
  const canvas = byId("picture-scroll");
  const size = { width: +svg.getAttribute("width"), height: +svg.getAttribute("height"), scale: 1 };
  const least = 0.15, most = 3;
  const zoom = (scale, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) => {
    const to = Math.min(most, Math.max(least, scale)), by = to / size.scale;
    const left = (canvas.scrollLeft + x) * by - x, top = (canvas.scrollTop + y) * by - y;
    size.scale = to;
    svg.setAttribute("width", (size.width * to).toFixed(1));
    svg.setAttribute("height", (size.height * to).toFixed(1));
    canvas.scrollTo({ left, top, behavior: "instant" });
    byId("smaller").disabled = to <= least;
    byId("larger").disabled = to >= most;
  };
  const fitting = () => Math.min(1, canvas.clientWidth / size.width);
  const startZoom = () => {
    byId("smaller").addEventListener("click", () => zoom(size.scale / 1.25));
    byId("larger").addEventListener("click", () => zoom(size.scale * 1.25));
    byId("fit").addEventListener("click", () => zoom(fitting()));
    canvas.addEventListener("keydown", (event) => {
      const act = { "+": () => zoom(size.scale * 1.25), "=": () => zoom(size.scale * 1.25), "-": () => zoom(size.scale / 1.25), 0: () => zoom(fitting()) }[event.key];
      if (act && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); act(); }
    });
    canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const room = canvas.getBoundingClientRect();
      zoom(size.scale * Math.exp(-event.deltaY / 400), event.clientX - room.left, event.clientY - room.top);
    }, { passive: false });
    let held = null;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" || event.button || event.target.closest(".box")) return;
      held = [event.clientX + canvas.scrollLeft, event.clientY + canvas.scrollTop];
      canvas.setPointerCapture(event.pointerId);
      canvas.classList.add("held");
    });
    canvas.addEventListener("pointermove", (event) => {
      if (held) canvas.scrollTo({ left: held[0] - event.clientX, top: held[1] - event.clientY, behavior: "instant" });
    });
    const drop = () => { held = null; canvas.classList.remove("held"); };
    canvas.addEventListener("pointerup", drop);
    canvas.addEventListener("pointercancel", drop);
    // As large as it can be read in; what does not fit then is scrolled to.
    size.scale = Math.max(canvas.clientWidth < 700 ? 0.7 : 0.6, fitting());
  };

  const startPicture = () => {
    for (const group of boxes.values()) {
      group.addEventListener("click", () => choose(group));
      group.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(group); }
        if (event.key === "Escape" && group.dataset.member !== undefined) fold(+group.dataset.item);
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
    startZoom();
    place();
    if (data.lit >= 0) light(data.lit);
  };
