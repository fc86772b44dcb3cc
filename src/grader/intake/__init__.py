"""What came back: from folders and files to contents, each with its path; nothing is followed, run or trusted."""
