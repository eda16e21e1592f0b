import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import { type Bridge, bridgeChannels, bridgeName } from '../shared/bridge.ts';

const bridge: Bridge = {
  connection: () => ipcRenderer.invoke(bridgeChannels.connection),
  preferences: () => ipcRenderer.invoke(bridgeChannels.preferences),
  changePreferences: (changes) => ipcRenderer.invoke(bridgeChannels.changePreferences, changes),
  versions: () => ipcRenderer.invoke(bridgeChannels.versions),
  updates: () => ipcRenderer.invoke(bridgeChannels.updates),
  lookForUpdate: () => ipcRenderer.invoke(bridgeChannels.lookForUpdate),
  installUpdate: () => ipcRenderer.invoke(bridgeChannels.installUpdate),
  userService: () => ipcRenderer.invoke(bridgeChannels.userService),
  setUserService: (on) => ipcRenderer.invoke(bridgeChannels.setUserService, on),
  appImageEntry: () => ipcRenderer.invoke(bridgeChannels.appImageEntry),
  setAppImageEntry: (on) => ipcRenderer.invoke(bridgeChannels.setAppImageEntry, on),
  resetToken: () => ipcRenderer.invoke(bridgeChannels.resetToken),
  chooseFolder: () => ipcRenderer.invoke(bridgeChannels.chooseFolder),
  chooseFiles: () => ipcRenderer.invoke(bridgeChannels.chooseFiles),
  showFiles: (serverId) => ipcRenderer.invoke(bridgeChannels.showFiles, serverId),
  openExternal: (url) => ipcRenderer.invoke(bridgeChannels.openExternal, url),
  onOpen(listener) {
    // The page never gets the event: it has the sender in it.
    const listen = (_event: IpcRendererEvent, path: unknown): void => listener(String(path));
    ipcRenderer.on(bridgeChannels.open, listen);
    return () => ipcRenderer.off(bridgeChannels.open, listen);
  },
};

contextBridge.exposeInMainWorld(bridgeName, bridge);
