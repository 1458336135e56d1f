// Passkeys: say in words that the device refused or that the person closed its window.
"use strict";

document.addEventListener("allauth.error", (event) => {
  const trouble = document.getElementById("passkey-trouble");
  if (!trouble) return;
  event.preventDefault();
  trouble.hidden = false;
});
