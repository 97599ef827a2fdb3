"""Making the judge: claims and questions beside statements, as the network learns them."""
