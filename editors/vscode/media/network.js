// The page of a network: a click shows the picture in its own size, another fits it to the panel.

addEventListener("click", () => document.body.classList.toggle("large"));
