
  startPicture();
  if (table) startTable();
})();
