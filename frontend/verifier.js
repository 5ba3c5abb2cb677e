// A content security policy does not stop these from reaching a network, so they go before anything else runs.
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport"]) {
  delete window[name];
}

{{glue}}

// The module is part of this script, so the hash in the page's policy covers it and nothing has to be fetched.
const module = Uint8Array.from(atob("{{wasm}}"), (character) => character.charCodeAt(0));

__wbg_init({ module_or_path: module }).catch((error) => {
  console.error(error);
  document.getElementById("state").textContent =
    "Could not check: this browser did not start the page's WebAssembly. Use another browser, or the command `evidence verify`.";
});
