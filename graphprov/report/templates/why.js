
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
      const kind = data.kinds[data.kind[node]];
      if (trie.verb[at] < 0) item.append(name(data.label[node], "node"), make("span", "at", ` ${kind}, flawed`));
      else {
        const rule = trie.rule.length && trie.rule[at] >= 0 ? ` by ${trie.rules[trie.rule[at]]}` : "";
        const when = trie.time[at] || data.time[node];
        item.append(make("span", "verb", trie.verbs[trie.verb[at]] + " "), name(data.label[node], "node"));
        item.append(make("span", "at", ` ${kind}, ${data.certainties[trie.certainty[at]]}${rule}`, ...(when ? [", ", make("time", "", when)] : [])));
      }
      list.append(item);
    }
    return list;
  };
  const partSays = (row) => ({
    subject: "What the report is about.",
    flawed: "Flawed: the spread begins here.",
    cleared: "Cleared: made by an affected run, yet not affected; see the list of what was cleared.",
    mentioned: "Mentioned on a path, but not affected itself.",
  })[data.part[row - data.rows]];

  const whoText = (row) => data.who[row].map((agent) => data.owners[agent]).join(", ");
  const pathsText = (row, whole) => data.paths ? data.pathsSaid[data.paths[row]][whole ? 1 : 0] : "";
  /** How an affected node stands, in one line. */
  const standing = (row) => {
    const closed = data.closed && data.closings[data.closed[row]];
    return [data.kinds[data.kind[row]], data.states[data.state[row]], data.certainties[data.certainty[row]], closed]
      .filter(Boolean).join(", ") + (pathsText(row, true) ? "; " + pathsText(row, true) : "");
  };
  /** All that the page knows of one affected node. */
  const facts = (row) => {
    const list = make("dl", "facts");
    const fact = (what, ...told) => list.append(make("div", "", make("dt", "", what), make("dd", "", ...told)));
    fact("Is", standing(row));
    if (data.time[row]) fact(data.run[row] ? "Started" : "Made", data.time[row]);
    if (data.who[row].length) {
      fact("To tell", name(data.who[row].map((agent) => data.owners[agent] + (data.contacts[agent] ? ` (${data.contacts[agent]})` : "")).join(", ")));
    }
    if (data.notes[row]) fact("Part", name(data.notes[row]));
    fact("Identifier", name(data.id[row], "full"));
    return list;
  };
