// A content security policy does not stop these from reaching a network, so they go before anything else runs.
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport"]) {
  delete window[name];
}

// A page that broke must not go on looking like one that works.
const broken = () => {
  document.documentElement.dataset.state = "could-not-check";
  document.getElementById("broken").hidden = false;
  document.getElementById("checker").hidden = true;
};
addEventListener("error", broken);
addEventListener("unhandledrejection", broken);

{{glue}}

// The module is part of this script, so the hash in the page's policy covers it and nothing has to be fetched.
// Each character carries a byte in its low eight bits; the array drops the rest.
const spelled = "{{wasm}}";
const module = new Uint8Array(spelled.length);
for (let place = 0; place < spelled.length; place += 1) {
  module[place] = spelled.charCodeAt(place);
}

__wbg_init({ module_or_path: module }).catch((error) => {
  console.error(error);
  broken();
});
