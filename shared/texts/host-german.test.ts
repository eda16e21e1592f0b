import { afterAll, beforeAll, expect, test } from 'vitest';
import host from './host.de.json';
import { hostText } from './host-text.ts';
import { speak } from './messages.ts';

beforeAll(() => speak({ locale: 'de-DE', rooms: { host } }));
afterAll(() => speak({ locale: 'en', rooms: null }));

test.each([
  [
    'crashed (exit code 127): so soon after the start this usually means that a program of the startup command is not there: check its name and its files, or choose an image that has it',
    'abgestürzt (Exit-Code 127): so kurz nach dem Start meist aus diesem Grund: ein Programm fehlt (Startbefehl): Namen und Dateien prüfen oder ein Image wählen, das es hat',
  ],
  [
    'third time in a week, always about 2 minutes after the start, before it was up',
    'zum dritten Mal in einer Woche, immer etwa 2 Minuten nach dem Start, bevor er bereit war',
  ],
  ['11th time in a week', 'zum 11. Mal in einer Woche'],
  [
    'step 2 of 3 (restart) failed: The server was not ready after 30 minutes',
    'Schritt 2 von 3 (Neu starten) fehlgeschlagen: Der Server war nach 30 Minuten nicht bereit',
  ],
  ['step 1 of 2 (backup): 3 players were there', 'Schritt 1 von 2 (sichern): 3 Spieler waren da'],
  [
    'step 1 of 2 (update): there is no newer image of game:1; step 2 of 2 (update): updated to game@sha256:b',
    'Schritt 1 von 2 (Image aktualisieren): es gibt kein neueres Image von game:1; Schritt 2 von 2 (Image aktualisieren): aktualisiert auf game@sha256:b',
  ],
  [
    'Step 1 of 1, restart: Players are warned: 1 minute left',
    'Schritt 1 von 1, Neu starten: Spieler werden gewarnt: noch 1 Minute',
  ],
  ['Step 1 of 2, start', 'Schritt 1 von 2, Starten'],
  [
    'it did not answer (8 times in a row); it is asked again with its next start, or when you ask for it',
    'er hat nicht geantwortet (8-mal nacheinander); gefragt wird wieder nach dem nächsten Start oder auf Wunsch',
  ],
  [
    'steps.0.command: must have 1024 characters or fewer',
    'steps.0.command: darf höchstens 1024 Zeichen haben',
  ],
  ['Raise memory to 4 GiB', 'Arbeitsspeicher auf 4 GiB erhöhen'],
  [
    "the image debian:13 can't be downloaded: Docker Hub can't be reached. Check the internet connection (the engine says: dial tcp: timeout)",
    'das Image debian:13 lässt sich nicht herunterladen: Docker Hub ist nicht erreichbar. Die Internetverbindung prüfen (die Engine sagt: dial tcp: timeout)',
  ],
  ['Firefox on Linux', 'Firefox auf Linux'],
  ['The image “Old” is gone', 'Image „Old“ ist weggefallen'],
  ['The start command “a ” b” is different', 'Startbefehl „a ” b“ ist anders'],
  [
    'In its configuration: “colour” is not known and was left out.',
    'In der Konfiguration: „colour“ ist nicht bekannt und wurde weggelassen.',
  ],
  [
    'The name of the variable MAP was cut at 256 characters.',
    'Der Name der Variable MAP wurde nach 256 Zeichen abgeschnitten.',
  ],
  [
    "This egg can't be imported: it is no JSON: a comma or } is missing (line 3, column 9).",
    'Dieses Egg lässt sich nicht importieren: Es ist kein JSON: ein Komma oder } fehlt (Zeile 3, Spalte 9).',
  ],
  [
    "This can't be made a server: it has several services (“a”, “b”); say which one.",
    'Daraus lässt sich kein Server erstellen: Es hat mehrere Dienste („a“, „b“); einen davon nennen.',
  ],
  [
    '--privileged is not taken: it would have the whole machine',
    '--privileged wird nicht übernommen: damit hätte er den ganzen Rechner',
  ],
  ['“--x” (“y”) is not used here.', '„--x“ („y“) wird hier nicht benutzt.'],
  [
    '“Max players” must be a whole number: set it before the next start',
    '„Max players“ muss eine ganze Zahl sein: vor dem nächsten Start einstellen',
  ],
  [
    'name: Invalid input: expected string, received undefined',
    'name: Ungültige Eingabe: nötig ist ein Text, angekommen ist nichts',
  ],
  [
    'ports.0.port: Too big: expected number to be <=65535',
    'ports.0.port: Zu groß (Zahl): nötig ist höchstens 65535',
  ],
  ['Too small: expected string to have exactly 9 characters', 'Zu klein (Text): nötig sind genau 9 Zeichen'],
  ['Invalid option: expected one of "a"|"b"', 'Ungültige Auswahl: nötig ist eines von "a"|"b"'],
  ['nobody knows this', 'nobody knows this'],
])('%s', (english, german) => {
  expect(hostText(english)).toBe(german);
});
