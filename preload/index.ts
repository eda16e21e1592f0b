import { contextBridge, ipcRenderer } from 'electron';
import { type Bridge, bridgeChannels, bridgeName } from '../shared/bridge.ts';

const bridge: Bridge = {
  connection: () => ipcRenderer.invoke(bridgeChannels.connection),
};

contextBridge.exposeInMainWorld(bridgeName, bridge);
