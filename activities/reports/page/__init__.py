"""The report as one HTML page that stands alone: no script, nothing from the network, charts drawn as SVG."""
