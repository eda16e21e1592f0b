import type { ConfigParser, ConfigReplacement } from '../../shared/model/egg.ts';
import type { Edited, Editor } from './files/contract.ts';
import { editLines } from './files/file.ts';
import { editIni } from './files/ini.ts';
import { editJson } from './files/json.ts';
import { editProperties } from './files/properties.ts';
import { editToml } from './files/toml.ts';
import { editXml } from './files/xml.ts';
import { editYaml } from './files/yaml.ts';

const editors: Readonly<Record<ConfigParser, Editor>> = {
  file: editLines,
  properties: editProperties,
  yaml: editYaml,
  json: editJson,
  ini: editIni,
  xml: editXml,
  toml: editToml,
};

/** E5: a configuration file's text with its places set. Throws TreeError where it is not of that format. */
export function editConfig(
  parser: ConfigParser,
  text: string,
  replacements: readonly ConfigReplacement[],
): Edited {
  return editors[parser](text, replacements);
}
