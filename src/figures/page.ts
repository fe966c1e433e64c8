/**
 * What runs inside the browser page, as text: it is no part of the Node program and has the page's globals.
 *
 * `counterweight.validate(figure)` lists what plotly does not know; `counterweight.svg(figure, size, seed)` draws;
 * `counterweight.png(svg, width, height)` rasterises, as base64.
 */
export const PAGE_SCRIPT = String.raw`
globalThis.counterweight = {
  validate(figure) {
    const codes = new Set(["schema", "value", "object", "array"]);
    const findings = Plotly.validate(figure.data, figure.layout) || [];
    return findings.filter((finding) => codes.has(finding.code)).map((finding) => finding.msg);
  },

  async svg(figure, size, seed) {
    // plotly draws the ids of clip paths and gradients from Math.random: the same seed gives the same bytes.
    let state = seed | 0;
    Math.random = () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
    const address = await Plotly.toImage(figure, { format: "svg", ...size });
    const drawing = new DOMParser().parseFromString(
      decodeURIComponent(address.slice(address.indexOf(",") + 1)),
      "image/svg+xml",
    );
    // The order of attributes depends on what was drawn before.
    for (const element of drawing.querySelectorAll("*")) {
      const attributes = [...element.attributes].sort((one, other) => (one.name < other.name ? -1 : 1));
      for (const attribute of attributes) element.removeAttributeNode(attribute);
      for (const attribute of attributes) element.setAttributeNodeNS(attribute);
    }
    return new XMLSerializer().serializeToString(drawing);
  },

  async png(svg, width, height) {
    const image = new Image(width, height);
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg);
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d").drawImage(image, 0, 0, width, height);
    return canvas.toDataURL("image/png").replace(/^[^,]*,/, "");
  },
};
`;
