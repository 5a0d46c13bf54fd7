/** Why this browser sees nothing, or less than it should: as the heartbeat says it, the pupil reads it and the technician needs it. */

export type LibraryFault = "library_missing" | "library_unverified" | "library_unreadable" | "library_too_new" | "library_too_old";
export type Fault = "none" | "policy_missing" | LibraryFault | "storage_full";

interface Words {
  /** For the pupil. */
  pupil: string;
  /** For whoever looks after the computers. */
  technician: string;
}

const OLDER = "Until then the list that it has is used.";

export const FAULT_WORDS: Record<Exclude<Fault, "none">, Words> = {
  policy_missing: {
    pupil: "It has not heard from your school yet what it may look at.",
    technician: "No policy signed by this installation has arrived. If the server was set up anew, make a new enrolment token and put it into the policy: this browser then enrols again.",
  },
  library_missing: {
    pupil: "It has not got the list of words that it looks for yet.",
    technician: "The library of phrases could not be fetched from the server's /device/v1/bundle. It is tried again by itself.",
  },
  library_unverified: {
    pupil: "The list of words that it looks for did not arrive unchanged.",
    technician: "The library that arrived is not signed by this installation: a filter or proxy may change downloads, or the server's signing key was replaced.",
  },
  library_unreadable: {
    pupil: "The list of words that it looks for is damaged.",
    technician: "The library is signed but can't be unpacked. On the server, run 'heedful doctor' and install Heedful again.",
  },
  library_too_new: {
    pupil: "This computer’s Heedful is too old for the newest list of words.",
    technician: "The library's format is newer than this version of the extension reads. The browser fetches the new version by itself within hours; 'Update' at chrome://extensions, or a restart of the browser, is sooner. If it stays, check that the policy has update_url and override_update_url.",
  },
  library_too_old: {
    pupil: "The list of words at your school is too old for this computer’s Heedful.",
    technician: "The library's format is older than this version of the extension reads: the extension is newer than the server. Bring the server up to the same version.",
  },
  storage_full: {
    pupil: "This computer’s disk is full or can’t be written, so what it finds may be lost.",
    technician: "Writing to the profile's storage failed: disk full, quota used up, or a read-only profile.",
  },
};

export function wordsFor(fault: Fault, isDark: boolean): Words | null {
  if (fault === "none") return null;
  const words = FAULT_WORDS[fault];
  return isDark || !fault.startsWith("library_") ? words : { ...words, technician: `${words.technician} ${OLDER}` };
}
