/* A photo as it is sent: at most 2 MB, with the moment and the place in it, as cameras write them. */
export const MOST_BYTES = 2 * 1024 * 1024;
const LONGEST_SIDE = 2560;

/* Asked for each photo, at its moment; null when the phone does not know or may not say. */
export const position = () => new Promise((done) => {
  if (!navigator.geolocation) return done(null);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => done({ lat: coords.latitude, lon: coords.longitude, altitude: coords.altitude, accuracy: Math.round(coords.accuracy) }),
    () => done(null),
    { enableHighAccuracy: true, timeout: 6000, maximumAge: 10_000 },
  );
});

/* A place as forms keep it: latitude, longitude, height, and how far it may be off. */
export const geopoint = (where) => [where.lat.toFixed(6), where.lon.toFixed(6), (where.altitude ?? 0).toFixed(1), where.accuracy.toFixed(1)].join(" ");

const drawn = async (file, side) => {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas;
};

const jpeg = (canvas, quality) => new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));

/* Whether bytes are a whole photo: what a phone kept badly is found here, not by the server. */
export const isFit = (bytes) => bytes.length > 4 && bytes.length <= MOST_BYTES
  && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff && bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;

const LEAST_SIDE = 240;

export class TooSmall extends Error {}

/* For the pages themselves, once the photo has arrived and its large picture is let go. */
const small = async (file) => new Uint8Array(await (await jpeg(await drawn(file, LEAST_SIDE), 0.6)).arrayBuffer());

/* A photo ready to be kept: read, made smaller, stamped, and read once more as whoever looks at it will. */
export const developed = async (file, at, where) => {
  const [picture, thumb, found] = await Promise.all([resized(file), small(file), where]);
  const bytes = stamped(picture, at, found);
  const seen = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  const isSmall = Math.max(seen.width, seen.height) < LEAST_SIDE;
  seen.close();
  if (isSmall) throw new TooSmall();
  if (!isFit(bytes)) throw new Error("unfit");
  return { bytes, thumb, at: at.toISOString(), where: found };
};

const resized = async (file) => {
  for (const side of [LONGEST_SIDE, 1920, 1280]) {
    const canvas = await drawn(file, side);
    for (const quality of [0.85, 0.7, 0.55]) {
      const made = await jpeg(canvas, quality);
      // Room for the block that says when and where.
      if (made && made.size <= MOST_BYTES - 1024) return new Uint8Array(await made.arrayBuffer());
    }
  }
  throw new Error("too_large");
};

const two = (value) => String(value).padStart(2, "0");

export const said = (at) => {
  const day = `${at.getFullYear()}:${two(at.getMonth() + 1)}:${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
};

const offset = (at) => {
  const minutes = -at.getTimezoneOffset();
  const whole = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(whole / 60))}:${two(whole % 60)}`;
};

const ASCII = 2, LONG = 4, RATIONAL = 5;

/* Degrees, minutes, and seconds to a thousandth, as three fractions. */
const angle = (degrees) => {
  const thousandths = Math.round(Math.abs(degrees) * 3_600_000);
  return [[Math.floor(thousandths / 3_600_000), 1], [Math.floor(thousandths / 60_000) % 60, 1], [thousandths % 60_000, 1000]];
};

const bytesOf = (kind, value) => {
  if (kind === ASCII) return new TextEncoder().encode(`${value}\0`);
  const numbers = kind === RATIONAL ? value.flat() : [value];
  const view = new DataView(new ArrayBuffer(numbers.length * 4));
  numbers.forEach((number, at) => view.setUint32(at * 4, number, true));
  return new Uint8Array(view.buffer);
};

/* One directory of a TIFF block: its entries in the order of their tags, long values behind them. */
const directory = (entries, from) => {
  const behind = from + 2 + entries.length * 12 + 4;
  const rest = [];
  let at = behind;
  const head = new DataView(new ArrayBuffer(2 + entries.length * 12 + 4));
  head.setUint16(0, entries.length, true);
  entries.forEach(([tag, kind, value], number) => {
    const place = 2 + number * 12;
    const bytes = bytesOf(kind, value);
    head.setUint16(place, tag, true);
    head.setUint16(place + 2, kind, true);
    head.setUint32(place + 4, kind === RATIONAL ? value.length : kind === ASCII ? bytes.length : 1, true);
    if (bytes.length <= 4) new Uint8Array(head.buffer).set(bytes, place + 8);
    else {
      head.setUint32(place + 8, at, true);
      rest.push(bytes, new Uint8Array(bytes.length % 2));
      at += bytes.length + (bytes.length % 2);
    }
  });
  return { parts: [new Uint8Array(head.buffer), ...rest], end: at };
};

export const exif = (at, where) => {
  const links = where ? 2 : 1;
  const first = 8, second = first + 2 + links * 12 + 4;
  const taken = directory([[0x9003, ASCII, said(at)], [0x9011, ASCII, offset(at)]], second);
  const placed = where && directory([
    [1, ASCII, where.lat < 0 ? "S" : "N"], [2, RATIONAL, angle(where.lat)],
    [3, ASCII, where.lon < 0 ? "W" : "E"], [4, RATIONAL, angle(where.lon)],
    [31, RATIONAL, [[where.accuracy, 1]]],
  ], taken.end);
  const top = directory([[0x8769, LONG, second], ...(where ? [[0x8825, LONG, taken.end]] : [])], first);
  return joined([new Uint8Array([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0]), ...top.parts, ...taken.parts, ...(placed ? placed.parts : [])]);
};

const joined = (parts) => {
  const made = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { made.set(part, at); at += part.length; }
  return made;
};

/* The block goes right behind the first two bytes of a JPEG. */
export const stamped = (picture, at, where) => {
  const block = exif(at, where);
  const length = block.length + 8;
  const head = new Uint8Array([0xff, 0xe1, length >> 8, length & 255, 0x45, 0x78, 0x69, 0x66, 0, 0]);
  return joined([picture.subarray(0, 2), head, block, picture.subarray(2)]);
};
