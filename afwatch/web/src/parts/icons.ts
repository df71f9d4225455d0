/** Line icons on a 16 px grid, stroke 1.5. */
export const icons = {
  jobs: 'M2.5 4h11M2.5 8h11M2.5 12h7',
  renders: 'M3 3h10a1 1 0 0 1 1 1v2a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM3 9h10a1 1 0 0 1 1 1v2a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1v-2a1 1 0 0 1 1-1zM4.5 5h.01M4.5 11h.01',
  search: 'M11.5 7a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0zM10.5 10.5L14 14',
  moon: 'M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z',
  sun: 'M11 8a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM8 1.5V3M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1',
  left: 'M10 4L6 8l4 4',
  right: 'M6 4l4 4-4 4',
  x: 'M4 4l8 8M12 4l-8 8',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.5v9l7-4.5z',
  retry: 'M13 8a5 5 0 1 1-1.5-3.5M13 2.5v2.7h-2.7',
  skip: 'M3.5 4v8l6-4zM12 4v8',
  stop: 'M4 4h8v8H4z',
  max: 'M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5L9 7M2.5 13.5L7 9',
  plug: 'M3 3l10 10M6 4v3M10 4v2M4.5 7h4M11.5 7v1.5a3.5 3.5 0 0 1-1 2.4M4.5 7v1.5A3.5 3.5 0 0 0 8 12v2',
  trash: 'M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5l.6 9h5.8l.6-9',
  copy: 'M6.5 5.5h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1zM3.5 10.5h-1v-8h8v1',
  down: 'M8 3v10M4 9l4 4 4-4',
} as const;

export type IconName = keyof typeof icons;
