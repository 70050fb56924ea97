// Turns the drawn picture into one that answers to the pointer, where a reader asks for that.
"use strict";
(function () {
  var button = document.getElementById("interact");
  var place = document.getElementById("interactive");
  var still = document.getElementById("still");
  if (!button || !place || !still) { return; }
  button.hidden = false;

  function load(address, done, failed) {
    var script = document.createElement("script");
    script.src = address;
    script.onload = done;
    script.onerror = failed;
    document.head.appendChild(script);
  }

  function fail() {
    button.disabled = false;
    place.textContent = button.dataset.failed;
  }

  function show() {
    var narrow = window.matchMedia("(max-width: 47rem)").matches;
    window.vegaEmbed(place, narrow ? button.dataset.narrow : button.dataset.wide, {
      actions: false,
      ast: true,
      defaultStyle: false,
      renderer: "svg",
      tooltip: { disableDefaultStyle: true }
    }).then(function () {
      still.hidden = true;
      button.hidden = true;
      place.focus();
    }, fail);
  }

  button.addEventListener("click", function () {
    button.disabled = true;
    place.textContent = button.dataset.loading;
    load(button.dataset.script, show, fail);
  });
})();
