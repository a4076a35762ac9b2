import { limits } from '../../shared/protocol/limits.ts';

/** A file is checked in segments of one size; an empty file has one, empty, so that it is confirmed like any other. */

export function segmentCount(fileBytes: number): number {
  return Math.max(1, Math.ceil(fileBytes / limits.segmentBytes));
}

export function segmentOf(offset: number): number {
  return Math.floor(offset / limits.segmentBytes);
}

export function segmentStart(segment: number): number {
  return segment * limits.segmentBytes;
}

/** Where the segment ends in a file of this size, exclusive. */
export function segmentEnd(segment: number, fileBytes: number): number {
  return Math.min(segmentStart(segment + 1), fileBytes);
}

export function segmentBytes(segment: number, fileBytes: number): number {
  return segmentEnd(segment, fileBytes) - segmentStart(segment);
}
