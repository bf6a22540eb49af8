// Loaded by Neo4j Browser's page before Browser itself, so that it comes up as graphprov wants it. It only fills in what a
// person has not chosen: once a style or a setting was changed in Browser, it stays as it was left.
(function () {
  var style = __STYLE__;
  var mark = "graphprov.style";
  try {
    var kept = localStorage.getItem("neo4j.grass");
    var ours = localStorage.getItem(mark);
    // Ours still, from an older graphprov or this one; or none yet.
    if (!kept || kept === "null" || kept === '""' || kept === ours) {
      var text = JSON.stringify(style);
      localStorage.setItem("neo4j.grass", text);
      localStorage.setItem(mark, text);
    }
    if (!localStorage.getItem("neo4j.settings")) {
      localStorage.setItem(
        "neo4j.settings",
        JSON.stringify({
          // The server says what to show first (browser.post_connect_cmd); Browser's own greeting would hide it.
          initCmd: "",
          // Nobody is told anything.
          allowCrashReports: false,
          allowUserStats: false,
        })
      );
    }
  } catch (problem) {
    // Without local storage Browser still works, only plainer.
  }
})();
