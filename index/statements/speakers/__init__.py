"""Attribution: from the phrase beside a cue to the person or organisation that it means."""
