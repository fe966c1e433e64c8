/** The parts that a data set is published in. */
export type Split = "train" | "validation" | "test";

/** A file as its publisher offers it. */
export interface DataFile {
  /** Where the publisher offers it. */
  readonly url: string;
  /** MD5 sum of the whole file, 32 hexadecimal digits: no file is used before its sum agrees. */
  readonly md5?: string;
  /** Where there is no `md5`: why, and what guards the reading instead. */
  readonly guard?: string;
  /** Size in bytes, where it is known. */
  readonly bytes?: number;
  /** Where it lies, relative to the data folder. */
  readonly file: string;
  /** Given where the file is a tar or zip archive that holds what the splits name. */
  readonly archive?: {
    /** Most bytes that unpacking may write. */
    readonly maxBytes: number;
    /** Folder that its members are laid out in, relative to the data folder; by default the data folder itself. */
    readonly folder?: string;
  };
}

/** What is known of every data set: where it comes from, and under which terms. */
interface Entry {
  readonly name: string;
  readonly title: string;
  readonly files: readonly DataFile[];
  readonly licence: string;
  readonly citation: string;
  /** What a reader of the registry should know besides. */
  readonly note?: string;
  /** True where the files come with this project: they are never downloaded, and lie in its own `data` folder. */
  readonly embedded?: boolean;
}

/**
 * How the files of an image set are read: `idx` as MNIST's, `cifar` as the binary version of CIFAR, `digits` as the
 * embedded CSV, `waterbirds` as a folder of JPEG files with a metadata.csv.
 */
export type ImageFormat = "idx" | "cifar" | "digits" | "waterbirds";

/** One part of an image set. */
export interface ImageSplit {
  /** Number of images. */
  readonly size: number;
  /** The files that hold them, relative to the data folder, in reading order. */
  readonly paths: readonly string[];
  /** Given where the part is less than its files hold. */
  readonly excerpt?: {
    /** Number of images that the files hold together. */
    readonly of: number;
    /** Of class k, the first so many in reading order are taken; they are put class after class. */
    readonly perClass: readonly number[];
    /** A file that holds these alone, in this order: read in place of `paths` where it lies in the data folder. */
    readonly packed: string;
  };
}

/** All that is known of one image data set. */
export interface ImageDataset extends Entry {
  readonly kind: "images";
  readonly format: ImageFormat;
  /** Height, width and channels of one image; of images stored in many sizes, those they are read in. */
  readonly shape: readonly [height: number, width: number, channels: number];
  /** Name of class k at position k. */
  readonly classNames: readonly string[];
  /** Names of a second labelling that the files hold, by what it is: `coarse` classes, the `place` of a bird. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly splits: Readonly<Partial<Record<Split, ImageSplit>>>;
}

/** One column of a table. */
export interface Column {
  readonly name: string;
  /** A number, or one of several names. */
  readonly type: "number" | "category";
  /** The names that a category has, in the order of their one-hot columns; by default those found, sorted. */
  readonly levels?: readonly string[];
  /** What stands for a missing value in this column. */
  readonly missing?: readonly string[];
  /** Given where the column is not learnt from by default: why not. */
  readonly unused?: string;
}

/** A column whose values divide the rows in groups. */
export interface GroupColumn {
  readonly name: string;
  readonly column: string;
  /** For a column of numbers, ascending boundaries: group g holds the values from boundary g - 1, below boundary g. */
  readonly boundaries?: readonly number[];
}

/** One file of a table. */
export interface TableFile {
  /** Where it lies, relative to the data folder. */
  readonly path: string;
  /** Where it may lie gzipped instead. */
  readonly gzipped: string;
  /** MD5 sum of its text, uncompressed: looked at whenever it is read. */
  readonly md5: string;
  /** Rows that it holds, the header not counted. */
  readonly rows: number;
}

/** All that is known of one table of samples. */
export interface TabularDataset extends Entry {
  readonly kind: "table";
  readonly csv: {
    readonly separator: string;
    readonly quote: string;
    /** Whether the first line names the columns; else they are those of `columns`, in this order. */
    readonly header: boolean;
    /** A line that begins with it holds no data. */
    readonly comment?: string;
  };
  /** The one file of a set that is not split, or those of its official train and test part. */
  readonly parts: { readonly all: TableFile } | { readonly train: TableFile; readonly test: TableFile };
  readonly columns: readonly Column[];
  /** The column to predict, and for each class what may stand there for it: the negative class, then the positive. */
  readonly target: { readonly column: string; readonly values: readonly (readonly string[])[] };
  /** Names of the classes, in the same order. */
  readonly classNames: readonly string[];
  readonly groups: readonly GroupColumn[];
  /** The rows that the publishers themselves analysed, where these are not all. */
  readonly filter?: {
    /** What is kept, in words. */
    readonly description: string;
    /** Rows that are kept, of all parts. */
    readonly rows: number;
    /** Whether a row is kept, by the text of its cells; these columns must be among `columns`. */
    readonly keep: (cell: (column: string) => string) => boolean;
  };
}

/** An entry of the registry. */
export type Dataset = ImageDataset | TabularDataset;
