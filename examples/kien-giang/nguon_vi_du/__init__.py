"""What the example of Sở Xây dựng is made from: invented people, plausible deeds, and the ways in which offices fill a form."""
