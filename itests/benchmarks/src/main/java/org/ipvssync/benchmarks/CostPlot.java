package org.ipvssync.benchmarks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Cost a record against the size of the table in memory, as SVG. It brings its own light ground, so
 * that it can be read on a page of any colour.
 */
final class CostPlot {
  /** A line of the plot; the colours differ for those who do not see red and green, too. */
  private record Curve(String benchmark, String label, Color color, Marker marker) {}

  private static final List<Curve> CURVES =
      List.of(
          new Curve("table.find", "find", new Color(0x882255), SeriesMarkers.TRIANGLE_UP),
          new Curve(
              "table.decodeApply", "decode + apply", new Color(0x0072b2), SeriesMarkers.CIRCLE),
          new Curve("table.apply", "apply", new Color(0xd55e00), SeriesMarkers.SQUARE),
          new Curve("table.entries", "entries", new Color(0x117733), SeriesMarkers.DIAMOND));

  private static final Color GROUND = Color.WHITE;
  private static final Color INK = new Color(0x202020);
  private static final Color GRID = new Color(0xd8d8d8);

  /** Letters are drawn as outlines, with more digits than anybody sees. */
  private static final Pattern LONG_NUMBER = Pattern.compile("(\\.[0-9])[0-9]+");

  private static final int WIDTH = 800;
  private static final int HEIGHT = 460;

  private final Results results;

  CostPlot(Results results) {
    this.results = results;
  }

  /** Writes the SVG; fails when there are fewer than two sizes to draw a line through. */
  void save(Path file) throws IOException {
    Files.writeString(file, svg());
  }

  String svg() throws IOException {
    System.setProperty("java.awt.headless", "true");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    VectorGraphicsEncoder.saveVectorGraphic(chart(), out, VectorGraphicsFormat.SVG);
    return LONG_NUMBER.matcher(out.toString(StandardCharsets.UTF_8)).replaceAll("$1");
  }

  /** The chart with all curves that there are numbers for. */
  XYChart chart() throws IOException {
    XYChart chart = empty();
    int most = 0;
    for (Curve curve : CURVES) {
      List<Row> rows = rowsOf(curve);
      if (!rows.isEmpty()) {
        add(chart, curve, rows);
      }
      most = Math.max(most, rows.size());
    }
    if (most < 2) {
      throw new IOException("these results have no two sizes of the table to draw a line through");
    }
    addTargets(chart);
    return chart;
  }

  private List<Row> rowsOf(Curve curve) {
    return results.rows().stream()
        .filter(row -> row.benchmark().equals(curve.benchmark()))
        .filter(row -> row.table().equals(Tables.MEMORY))
        .sorted(Comparator.comparingInt(Row::size))
        .toList();
  }

  private static void add(XYChart chart, Curve curve, List<Row> rows) {
    XYSeries series =
        chart.addSeries(
            curve.label(),
            rows.stream().mapToDouble(Row::size).toArray(),
            rows.stream().mapToDouble(Row::ns).toArray());
    series.setMarker(curve.marker());
    series.setMarkerColor(curve.color());
    series.setLineColor(curve.color());
    series.setLineStyle(new BasicStroke(2.5f));
  }

  private void addTargets(XYChart chart) {
    List<Row> rows =
        results.rows().stream().filter(row -> row.size() > 0 && row.hasTarget()).toList();
    if (!rows.isEmpty()) {
      XYSeries series =
          chart.addSeries(
              "target of decode + apply",
              rows.stream().mapToDouble(Row::size).toArray(),
              rows.stream().mapToDouble(row -> Target.of(row).value()).toArray());
      series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
      series.setMarker(SeriesMarkers.CROSS);
      series.setMarkerColor(INK);
    }
  }

  private static XYChart empty() {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .theme(ChartTheme.XChart)
            .title("Cost a record against the size of the table")
            .xAxisTitle("connections in the table")
            .yAxisTitle("ns a record, one core")
            .build();
    XYStyler styler = chart.getStyler();
    styler.setLocale(Locale.ROOT);
    styler.setXAxisLogarithmic(true);
    styler.setXAxisLogarithmicDecadeOnly(true);
    styler.setXAxisDecimalPattern("#,##0");
    styler.setYAxisTickMarkSpacingHint(70);
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    styler.setYAxisMin(0.0);
    styler.setChartBackgroundColor(GROUND);
    styler.setPlotBackgroundColor(GROUND);
    styler.setLegendBackgroundColor(GROUND);
    styler.setChartFontColor(INK);
    styler.setAxisTickLabelsColor(INK);
    styler.setAxisTickMarksColor(INK);
    styler.setPlotBorderColor(INK);
    styler.setPlotGridLinesColor(GRID);
    styler.setLegendPosition(LegendPosition.InsideNW);
    styler.setLegendBorderColor(GRID);
    styler.setChartTitleBoxVisible(false);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
    styler.setMarkerSize(9);
    return chart;
  }
}
