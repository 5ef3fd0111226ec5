// Slides of a lesson: reveal.js, each slide's content made to fit, explorers that keep their keys.
import Reveal from "reveal.js";
import Notes from "reveal.js/plugin/notes";
import "reveal.js/reveal.css";

const [WIDTH_PX, HEIGHT_PX] = [1280, 720];
const ROOM_PX = 680; // for a slide's content
const SMALLEST = 2 / 3; // a word of 12 px in an explorer is 12 px still on a projector of 1,920 × 1,080

/** What is taller than the slide is drawn smaller; what has no height yet is on a slide that is not shown. */
const fits = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const scale = Math.max(SMALLEST, Math.min(1, ROOM_PX / target.offsetHeight));
    if (target.offsetHeight) target.style.transform = scale < 1 ? `scale(${scale})` : "";
  }
});

/** Start the slides of this page. `mounted` draws the explorers. */
export async function start(mounted) {
  const deck = new Reveal({
    width: WIDTH_PX, height: HEIGHT_PX, margin: 0, minScale: 0.1, maxScale: 4, center: false, hash: true, respondToHashChanges: true,
    transition: "none", backgroundTransition: "none", slideNumber: "c/t", defaultTiming: 120, scrollActivationWidth: null, plugins: [Notes],
  });
  // A presenter's remote sends PageDown and PageUp: they turn the slide even while an explorer has the keys. Escape gives the keys back.
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    const turn = { PageDown: () => deck.next(), PageUp: () => deck.prev() }[key];
    if (!target.closest?.(".gptviz") || (!turn && key !== "Escape")) return;
    setTimeout(() => target.blur()); // after the explorer has heard an Escape
    if (!turn) return;
    event.preventDefault();
    event.stopPropagation();
    turn();
  }, { capture: true });
  await deck.initialize();
  await mounted;
  for (const content of document.querySelectorAll(".fit")) fits.observe(content);
}
