"""Charts as drawings, so that both forms of a page draw them alike."""
