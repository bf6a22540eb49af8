"use strict";
// The page's script, in five files that are put together in order (html.py, SCRIPT): begin, why, table, picture, end.
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
  const button = (text, act) => {
    const made = make("button", "", text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  };
