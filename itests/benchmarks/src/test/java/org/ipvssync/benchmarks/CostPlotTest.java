package org.ipvssync.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

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
  void shouldDrawTenTimesAsManyAsFarToTheRightEachTime() throws Exception {
    NodeList circles = svg().getElementsByTagName("ellipse");
    List<Double> across = new ArrayList<>();
    for (int i = 0; i < circles.getLength(); i++) {
      across.add(Double.valueOf(((Element) circles.item(i)).getAttribute("cx")));
    }

    // Decode + apply has circles; the last is the legend's.
    assertEquals(5, across.size());
    double step = across.get(1) - across.get(0);
    assertTrue(step > 100, "steps of " + step);
    assertEquals(step, across.get(2) - across.get(1), 1);
    assertEquals(step, across.get(3) - across.get(2), 1);
  }

  @Test
  void shouldBeSvgOnAGroundOfItsOwn() throws Exception {
    Element root = svg();

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

  private static Element svg() throws Exception {
    String svg = new CostPlot(Samples.results(Samples.curves(), Map.of())).svg();
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    byte[] bytes = svg.getBytes(StandardCharsets.UTF_8);
    return factory.newDocumentBuilder().parse(new ByteArrayInputStream(bytes)).getDocumentElement();
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
