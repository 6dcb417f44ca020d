package org.ipvssync.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class CostPlotTest {
  @Test
  void shouldDrawACurveOfEverySizeForEachBenchmark() throws IOException {
    XYChart chart = new CostPlot(Samples.results(Samples.curves(), Map.of())).chart();

    assertEquals(
        List.of("find", "decode + apply", "apply", "entries", "target of decode + apply"),
        List.copyOf(chart.getSeriesMap().keySet()));
    XYSeries apply = chart.getSeriesMap().get("apply");
    assertEquals(List.of(1e4, 1e5, 1e6, 1e7), boxed(apply.getXData()));
    assertEquals(List.of(20.0, 25.0, 30.0, 35.0), boxed(apply.getYData()));
    XYSeries targets = chart.getSeriesMap().get("target of decode + apply");
    assertEquals(List.of(80.0, 130.0), boxed(targets.getYData()));
    assertTrue(chart.getStyler().isXAxisLogarithmic());
  }

  @Test
  void shouldLeaveOutOtherTables() throws IOException {
    List<Object> jmh = Samples.curves();
    jmh.add(Samples.table("apply", 1_000_000, Tables.MAPPED, 999));

    XYChart chart = new CostPlot(Samples.results(jmh, Map.of())).chart();

    assertEquals(4, chart.getSeriesMap().get("apply").getXData().length);
  }

  @Test
  void shouldBeSvgOnAGroundOfItsOwn() throws Exception {
    String svg = new CostPlot(Samples.results(Samples.curves(), Map.of())).svg();

    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    DocumentBuilder builder = factory.newDocumentBuilder();
    InputSource source =
        new InputSource(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    Element root = builder.parse(source).getDocumentElement();
    assertEquals("svg", root.getTagName());
    Element ground = (Element) root.getElementsByTagName("rect").item(1);
    assertTrue(ground.getAttribute("style").contains("fill:rgb(255,255,255)"), "white ground");
    assertEquals(root.getAttribute("width"), ground.getAttribute("width") + "px");
  }

  @Test
  void shouldRefuseResultsOfOneSize() throws IOException {
    List<Object> jmh = List.of(Samples.table("apply", 1_000_000, Tables.MEMORY, 90));
    CostPlot plot = new CostPlot(Samples.results(jmh, Map.of()));

    IOException e = assertThrows(IOException.class, plot::svg);

    assertTrue(e.getMessage().contains("no two sizes"), e.getMessage());
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
