import type { Annotations, Data, Layout } from "plotly.js";
import { figure, inches, type Figure, type FigureSize } from "./figure";
import { encodePng } from "./png";
import { PIXELS_PER_INCH, points, textSize, textWidth } from "./theme";

/** What `imageGrid` takes. */
export interface ImageGridOptions extends Pick<FigureSize, "width"> {
  /** Images of one shape, values in 0..255, row by row, channels interleaved. */
  images: readonly ArrayLike<number>[];
  /** Height and width of an image in pixels and its channels, 1 (grey) or 3 (red, green, blue). */
  shape: readonly [height: number, width: number, channels: number];
  /** A title above each image; as many as images. */
  titles?: readonly string[];
  /** Rows and columns of the grid; by default 10 columns at most, fewer where titles need it, and as many rows as needed. */
  rows?: number;
  columns?: number;
  /** Further plotly layout; wins over everything else. */
  layout?: Partial<Layout>;
}

/** Space between images, as a share of an image's width. */
const GUTTER = 0.08;
const TITLE_HEIGHT = textSize.small * 1.4;

/**
 * A grid of small images, for samples of a data set.
 *
 * Each image is placed at its own pixels, without smoothing; the grid fills the width, its height follows.
 *
 * @param options.images arrays of height * width * channels values in 0..255.
 * @param options.shape height, width and channels of each.
 * @param options.titles one per image, shown above it.
 * @returns the figure.
 * @throws RangeError when there is no image, when an image does not fit the shape, when titles are not as many as images, or
 *   when the grid has too few places.
 */
export function imageGrid(options: ImageGridOptions): Figure {
  const { images, shape, titles } = options;
  const [imageHeight, imageWidth, channels] = shape;
  const { rows, columns } = checkGrid(options);

  const width = inches(options).width * PIXELS_PER_INCH;
  // width = columns * cell + (columns - 1) * gutter
  const cell = width / (columns + (columns - 1) * GUTTER);
  const gutter = cell * GUTTER;
  const drawnHeight = (cell * imageHeight) / imageWidth;
  const titleHeight = titles ? TITLE_HEIGHT : 0;
  const pitch = titleHeight + drawnHeight + gutter;
  const height = rows * pitch - gutter;
  const place = (index: number): { left: number; top: number } => ({
    left: (index % columns) * (cell + gutter),
    top: Math.floor(index / columns) * pitch,
  });

  return figure({
    width: options.width,
    height: height / PIXELS_PER_INCH,
    data: [backdrop()],
    layout: {
      margin: { l: 0, r: 0, t: 0, b: 0 },
      xaxis: { visible: false, range: [0, width], fixedrange: true },
      yaxis: { visible: false, range: [height, 0], fixedrange: true },
      images: images.map((image, index) => {
        const { left, top } = place(index);
        const png = encodePng(image, { height: imageHeight, width: imageWidth, channels: channels as 1 | 3 });
        return {
          source: `data:image/png;base64,${png.toString("base64")}`,
          xref: "x" as const,
          yref: "y" as const,
          x: left,
          y: top + titleHeight,
          sizex: cell,
          sizey: drawnHeight,
          xanchor: "left" as const,
          yanchor: "top" as const,
          sizing: "stretch" as const,
          layer: "above" as const,
        };
      }),
      annotations: (titles ?? []).map((text, index): Partial<Annotations> => {
        const { left, top } = place(index);
        return {
          text,
          x: left + cell / 2,
          y: top + titleHeight,
          xanchor: "center",
          yanchor: "bottom",
          showarrow: false,
          borderpad: points(0.5),
          font: { size: textSize.small },
        };
      }),
      showlegend: false,
      ...options.layout,
    },
  });
}

function checkGrid(options: ImageGridOptions): { rows: number; columns: number } {
  const { images, shape, titles } = options;
  if (images.length === 0) throw new RangeError("imageGrid: images must hold at least one image, received none");
  const [height, width, channels] = shape;
  if (![height, width].every((side) => Number.isInteger(side) && side > 0) || (channels !== 1 && channels !== 3)) {
    throw new RangeError(`imageGrid: shape must be [height, width, 1 or 3], received [${shape.join(", ")}]`);
  }
  images.forEach((image, index) => {
    if (image.length !== height * width * channels) {
      throw new RangeError(
        `imageGrid: image ${index} must have ${height} x ${width} x ${channels} values, received ${image.length}`,
      );
    }
  });
  if (titles && titles.length !== images.length) {
    throw new RangeError(`imageGrid: titles must be as many as the ${images.length} images, received ${titles.length}`);
  }
  const columns = options.columns ?? (options.rows ? Math.ceil(images.length / options.rows) : fittingColumns(options));
  const rows = options.rows ?? Math.ceil(images.length / columns);
  if (!(Number.isInteger(rows) && Number.isInteger(columns) && rows * columns >= images.length)) {
    throw new RangeError(`imageGrid: ${rows} x ${columns} places must hold the ${images.length} images`);
  }
  return { rows, columns };
}

/** At most ten, and no more than leave every title its width. */
function fittingColumns(options: ImageGridOptions): number {
  const longest = Math.max(0, ...(options.titles ?? []).map(textWidth));
  const pitch = longest + points(3);
  const room = Math.max(1, Math.floor((inches(options).width * PIXELS_PER_INCH) / pitch));
  return Math.min(10, room, options.images.length);
}

/** A trace that draws nothing: plotly shows axes, and images that refer to them, only where a trace does. */
function backdrop(): Data {
  return { type: "scatter", x: [null], y: [null], mode: "markers", hoverinfo: "skip", showlegend: false };
}
