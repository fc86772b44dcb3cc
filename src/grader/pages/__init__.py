"""One description of a page (`blocks`), two forms of it: PDF (`pdf`) and accessible HTML (`html`)."""
