/**
 * Parts of a sum in the machine's order, or the largest first; of more than `most` the largest, and all others as one.
 * @param {{part: string, share: number}[]} parts
 * @param {(count: number) => string} others names the rest
 */
export function largest(parts, most, order, others) {
  const ranked = [...parts].sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
  if (parts.length <= most) return order === "largest" ? ranked : parts;
  const kept = new Set(ranked.slice(0, most - 1));
  const rest = ranked.slice(most - 1);
  const list = order === "largest" ? ranked.slice(0, most - 1) : parts.filter((part) => kept.has(part));
  return [...list, { part: others(rest.length), share: rest.reduce((sum, { share }) => sum + share, 0) }];
}

/** Each part with the sum of those before it as `base`, and the range that all of them together cover. */
export function stack(parts) {
  let [total, from, to] = [0, 0, 0];
  const rows = parts.map((part) => {
    const base = total;
    total += part.share;
    [from, to] = [Math.min(from, total), Math.max(to, total)];
    return { ...part, base };
  });
  return { rows, from, to, total };
}
